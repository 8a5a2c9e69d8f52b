"""What is left of a network's benefits, and which of the payer's numbers cannot be right.

- A member pays the deductible until their own or the family's is met, whichever comes first: what is left to
  pay is the lesser of both. The out-of-pocket maximum likewise. One level alone counts where the payer tells
  no other; a plan that has a family deductible only tells that one.
- Of total, used and remaining, two give the third: used + remaining = total. The payer sends total and
  remaining. Where one is missing, or they contradict (more is left than there was, or a number below zero),
  that is told as a doubt; the numbers stay as the payer sent them.
- Where a level's remaining is in doubt, what is left to pay is not said: the lesser of both is not known.
- Yearly amounts begin anew with the benefit year: nothing is said of a day in another one than the check's.
"""

from collections.abc import Iterable, Iterator
from datetime import date, tzinfo
from decimal import Decimal
from enum import Enum

from connectors.eligibility.amounts import Amounts
from connectors.eligibility.benefits import Limitation, NetworkBenefits
from connectors.eligibility.check import EligibilityCheck
from connectors.record import Record, Source
from resolvers.rules.payers_word import day_asked_about

A_YEAR = 366
"""Days, at most."""


class BenefitLevel(Enum):
    """Whose deductible or out-of-pocket maximum decides."""

    INDIVIDUAL = "INDIVIDUAL"
    FAMILY = "FAMILY"


class Benefit(Enum):
    """A yearly amount, or the visits that the plan pays for."""

    INDIVIDUAL_DEDUCTIBLE = "INDIVIDUAL_DEDUCTIBLE"
    FAMILY_DEDUCTIBLE = "FAMILY_DEDUCTIBLE"
    INDIVIDUAL_OUT_OF_POCKET = "INDIVIDUAL_OUT_OF_POCKET"
    FAMILY_OUT_OF_POCKET = "FAMILY_OUT_OF_POCKET"
    VISITS = "VISITS"


class BenefitDoubtReason(Enum):
    """What is wrong with the numbers of a benefit. Only the first leaves `remaining` certain."""

    TOTAL_UNKNOWN = "TOTAL_UNKNOWN"
    REMAINING_UNKNOWN = "REMAINING_UNKNOWN"
    REMAINING_EXCEEDS_TOTAL = "REMAINING_EXCEEDS_TOTAL"
    NEGATIVE = "NEGATIVE"


class BenefitDoubt(Record, frozen=True, kw_only=True):
    """A benefit whose numbers are incomplete or contradict."""

    benefit: Benefit
    reason: BenefitDoubtReason


class Left(Record, frozen=True, kw_only=True):
    """What the patient may still have to pay, and whose amount decides it."""

    remaining: Decimal
    level: BenefitLevel


class BenefitsLeft(Record, frozen=True, kw_only=True):
    """What is left in a network: to pay, in dollars, and to use, in visits. None where it cannot be said."""

    deductible: Left | None
    out_of_pocket: Left | None
    visits: int | None
    doubts: tuple[BenefitDoubt, ...]
    sources: tuple[Source, ...]


def benefits_left(benefits: NetworkBenefits, source: Source) -> BenefitsLeft:
    """What is left of the benefits that a check of this source tells."""
    doubts = tuple(_doubts(benefits))
    unsure = {doubt.benefit for doubt in doubts if doubt.reason is not BenefitDoubtReason.TOTAL_UNKNOWN}
    limitation = benefits.limitation or Limitation()
    return BenefitsLeft(
        deductible=None
        if unsure & _DEDUCTIBLES
        else _left(benefits.individual_deductible, benefits.family_deductible),
        out_of_pocket=None
        if unsure & _OUT_OF_POCKET
        else _left(benefits.individual_out_of_pocket, benefits.family_out_of_pocket),
        visits=None if Benefit.VISITS in unsure else limitation.visits_remaining,
        doubts=doubts,
        sources=(source,),
    )


def same_benefit_year(check: EligibilityCheck, on: date, zone: tzinfo) -> bool:
    """Whether what the check tells of a year holds for that day.

    The year is the plan period that the payer printed, when it is one year at most, else the calendar year.
    """
    asked = day_asked_about(check, zone)
    if asked is None:
        return False
    start, end = (check.plan.start, check.plan.end) if check.plan else (None, None)
    if start and end and (end - start).days <= A_YEAR and start <= asked <= end:
        return start <= on <= end
    return on.year == asked.year


_DEDUCTIBLES = {Benefit.INDIVIDUAL_DEDUCTIBLE, Benefit.FAMILY_DEDUCTIBLE}
_OUT_OF_POCKET = {Benefit.INDIVIDUAL_OUT_OF_POCKET, Benefit.FAMILY_OUT_OF_POCKET}
_NOTHING = Amounts()


def _left(individual: Amounts | None, family: Amounts | None) -> Left | None:
    levels = ((BenefitLevel.INDIVIDUAL, individual), (BenefitLevel.FAMILY, family))
    told: Iterable[Left] = (
        Left(remaining=amounts.remaining, level=level)
        for level, amounts in levels
        if amounts is not None and amounts.remaining is not None
    )
    return min(told, key=lambda left: left.remaining, default=None)


def _doubts(benefits: NetworkBenefits) -> Iterator[BenefitDoubt]:
    for benefit, total, remaining in _numbers(benefits):
        reason = _doubt(total, remaining)
        if reason:
            yield BenefitDoubt(benefit=benefit, reason=reason)


def _numbers(
    benefits: NetworkBenefits,
) -> Iterator[tuple[Benefit, Decimal | int | None, Decimal | int | None]]:
    yearly = (
        (Benefit.INDIVIDUAL_DEDUCTIBLE, benefits.individual_deductible),
        (Benefit.FAMILY_DEDUCTIBLE, benefits.family_deductible),
        (Benefit.INDIVIDUAL_OUT_OF_POCKET, benefits.individual_out_of_pocket),
        (Benefit.FAMILY_OUT_OF_POCKET, benefits.family_out_of_pocket),
    )
    for benefit, told in yearly:
        amounts = told or _NOTHING
        yield benefit, amounts.total, amounts.remaining
    if benefits.limitation:
        yield Benefit.VISITS, benefits.limitation.total_visits, benefits.limitation.visits_remaining


def _doubt(total: Decimal | int | None, remaining: Decimal | int | None) -> BenefitDoubtReason | None:
    if (total is not None and total < 0) or (remaining is not None and remaining < 0):
        return BenefitDoubtReason.NEGATIVE
    if total is None:
        return None if remaining is None else BenefitDoubtReason.TOTAL_UNKNOWN
    if remaining is None:
        return BenefitDoubtReason.REMAINING_UNKNOWN
    return BenefitDoubtReason.REMAINING_EXCEEDS_TOTAL if remaining > total else None
