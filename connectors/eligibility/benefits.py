"""What the patient pays within a network: seed 004's Network Benefits. Any number may be null."""

from decimal import Decimal

from connectors.eligibility.amounts import Amounts, amounts, count, money, plain
from connectors.record import Record


class LimitationAsSent(Record, frozen=True, kw_only=True):
    """The wire's numbers of a limitation."""

    no_of_total_visits: Decimal | None = None
    no_of_visits_remaining: Decimal | None = None
    amount_remaining: Decimal | None = None


class BenefitsAsSent(Record, frozen=True, kw_only=True):
    """The wire's numbers of a network's benefits."""

    individual_deductible_year: Decimal | None = None
    individual_deductible_remaining: Decimal | None = None
    family_deductible_year: Decimal | None = None
    family_deductible_remaining: Decimal | None = None
    individual_out_of_pocket_year: Decimal | None = None
    individual_out_of_pocket_remaining: Decimal | None = None
    family_out_of_pocket_year: Decimal | None = None
    family_out_of_pocket_remaining: Decimal | None = None
    co_insurance: Decimal | None = None
    co_pay: Decimal | None = None
    limitation: LimitationAsSent | None = None


class Limitation(Record, frozen=True, kw_only=True):
    """How much of a benefit there is: authorized visits of its period, and dollars with two places."""

    total_visits: int | None = None
    visits_remaining: int | None = None
    amount_remaining: Decimal | None = None


class NetworkBenefits(Record, frozen=True, kw_only=True):
    """Benefits in the plan's network, or out of it.

    A deductible is what is paid in a year before the plan pays; out of pocket, the most that is paid in one.
    `co_insurance_percent` is the patient's share after the deductible: 20 for a fifth. `co_pay` is what the
    patient pays for each visit, in dollars with two places.
    """

    individual_deductible: Amounts | None = None
    family_deductible: Amounts | None = None
    individual_out_of_pocket: Amounts | None = None
    family_out_of_pocket: Amounts | None = None
    co_insurance_percent: Decimal | None = None
    co_pay: Decimal | None = None
    limitation: Limitation | None = None


def network_benefits(sent: BenefitsAsSent | None) -> NetworkBenefits | None:
    """What was sent, told."""
    if sent is None:
        return None
    return NetworkBenefits(
        individual_deductible=amounts(sent.individual_deductible_year, sent.individual_deductible_remaining),
        family_deductible=amounts(sent.family_deductible_year, sent.family_deductible_remaining),
        individual_out_of_pocket=amounts(
            sent.individual_out_of_pocket_year, sent.individual_out_of_pocket_remaining
        ),
        family_out_of_pocket=amounts(sent.family_out_of_pocket_year, sent.family_out_of_pocket_remaining),
        co_insurance_percent=plain(sent.co_insurance),
        co_pay=money(sent.co_pay),
        limitation=_limitation(sent.limitation),
    )


def _limitation(sent: LimitationAsSent | None) -> Limitation | None:
    if sent is None:
        return None
    return Limitation(
        total_visits=count(sent.no_of_total_visits),
        visits_remaining=count(sent.no_of_visits_remaining),
        amount_remaining=money(sent.amount_remaining),
    )
