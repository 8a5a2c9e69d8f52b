"""Which card comes first: the order in which a patient's payers are billed (coordination of benefits).

Coverages that are not in force are not ranked; those of which nobody can say are, with a warning where one
comes before a coverage that is in force. Nor is an ended record ranked whose member number stands on a
coverage in force, when the payer tells of a later plan period: that other coverage is its renewal.

The steps, each only among those that the steps before it left together:

1. **Order.** What the front desk set in the EHR. It knows what no rule here does: Medicare, Medicaid, COBRA,
   workers' compensation, a court's decree about a child. Those without an order (0 is none) come after.
2. **In force first.** Before those of which nobody can say. This breaks ties only: a doubt of ours must not
   turn the front desk's order round, for a secondary billed as primary is denied.
3. **Self before dependent.** The patient's own policy before those through somebody else. One that does not
   tell the relationship is the patient's own when its subscriber is the patient.
4. **The birthday rule.** Of the plans of a child's parents, first that of the parent whose birthday (month
   and day, not the year) comes first. Only when every plan that is left covers the patient as a child, and
   every subscriber's birth date is known: it cannot be followed for some of them.
5. **Earlier start.** The plan that has covered longer. A start that is not told, or unreadable, comes last.
6. **Id.** It means nothing, and makes the answer the same every time.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise

from connectors.fhir.coverage import Coverage
from connectors.record import Record, Source
from resolvers.rules.in_force import InForce
from resolvers.rules.in_force_codes import InForceReason, InForceValue
from resolvers.rules.ranking_codes import Rank, RankingWarningCode, RankReason
from resolvers.rules.ranking_steps import (
    Candidate,
    Place,
    are_parents_plans,
    by_in_force,
    by_order,
    by_self,
    coverage_id,
    parts,
    placed,
)


class RankingWarning(Record, frozen=True, kw_only=True):
    """A warning, and the coverages that it is about."""

    code: RankingWarningCode
    coverage_ids: tuple[str, ...]


class Ranked(Record, frozen=True, kw_only=True):
    """A coverage in its place, and the steps that decided it."""

    rank: Rank
    coverage: Coverage
    in_force: InForce
    reasons: tuple[RankReason, ...]
    sources: tuple[Source, ...]


class Ranking(Record, frozen=True, kw_only=True):
    """A patient's coverages: those that are billed, first to last, and the rest by order and id."""

    ranked: tuple[Ranked, ...]
    not_ranked: tuple[Candidate, ...]
    warnings: tuple[RankingWarning, ...]
    sources: tuple[Source, ...]

    @property
    def primary(self) -> Ranked | None:
        """The coverage that is billed first."""
        return next(iter(self.ranked), None)


def ranking(candidates: Iterable[Candidate]) -> Ranking:
    """The order in which a patient's coverages are billed. Each coverage counts once."""
    each = {coverage_id(one): one for one in candidates}.values()
    known = sorted(each, key=lambda one: (*by_order(one), coverage_id(one)))
    confirmed = {_member_number(one) for one in known if one.in_force.value is InForceValue.YES}
    renewed = [one for one in known if _is_renewed(one, confirmed)]
    left_out = {coverage_id(one) for one in (*renewed, *filter(_is_over, known))}
    places = list(placed([one for one in known if coverage_id(one) not in left_out]))
    ranked = tuple(_ranked(number, place) for number, place in enumerate(places))
    rest = tuple(one for one in known if coverage_id(one) in left_out)
    return Ranking(
        ranked=ranked,
        not_ranked=rest,
        warnings=tuple(_warnings([place.candidate for place in places], renewed)),
        sources=_once(*(one.sources for one in ranked), *(one.in_force.sources for one in rest)),
    )


_PLACES = (Rank.PRIMARY, Rank.SECONDARY, Rank.TERTIARY)


def _ranked(number: int, place: Place) -> Ranked:
    one, reasons = place
    by_birthday = one.birth_date_source if RankReason.BIRTHDAY_RULE in reasons else None
    return Ranked(
        rank=_PLACES[number] if number < len(_PLACES) else Rank.OTHER,
        coverage=one.coverage,
        in_force=one.in_force,
        reasons=reasons,
        sources=_once(one.in_force.sources, (by_birthday,) if by_birthday else ()),
    )


def _once(*sources: Iterable[Source]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(chain(*sources)))


def _is_over(one: Candidate) -> bool:
    return one.in_force.value is InForceValue.NO


def _member_number(one: Candidate) -> str | None:
    number = one.coverage.member_id
    return number and number.casefold()


def _is_renewed(one: Candidate, confirmed: set[str | None]) -> bool:
    """Whether it ended, the payer tells a later period, and a coverage in force has its member number."""
    told = one.in_force
    renewal = told.value is InForceValue.UNKNOWN and InForceReason.PAYER_OTHER_PERIOD in told.reasons
    return renewal and _member_number(one) in confirmed - {None}


def _warnings(ranked: Sequence[Candidate], renewed: Sequence[Candidate]) -> Iterator[RankingWarning]:
    numbers = sorted({one.coverage.order for one in ranked if one.coverage.order})
    with_number = {number: [one for one in ranked if one.coverage.order == number] for number in numbers}
    gaps = [with_number[number] for before, number in pairwise((0, *numbers)) if number > before + 1]
    ties = [same for same in with_number.values() if len(same) > 1]
    without = [one for one in ranked if not one.coverage.order] if len(ranked) > 1 else []
    told = (
        (RankingWarningCode.ORDER_GAP, gaps),
        (RankingWarningCode.SAME_ORDER, ties),
        (RankingWarningCode.NO_ORDER, [without]),
        (RankingWarningCode.UNKNOWN_FIRST, [_unknown_first(ranked)]),
        (RankingWarningCode.BIRTH_DATE_UNKNOWN, _without_birth_date(ranked)),
        (RankingWarningCode.RENEWED, [renewed]),
    )
    for code, groups in told:
        yield from (
            RankingWarning(code=code, coverage_ids=tuple(map(coverage_id, group)))
            for group in groups
            if group
        )


def _unknown_first(ranked: Sequence[Candidate]) -> list[Candidate]:
    """Those of which nobody can say that come before one in force."""
    values = [one.in_force.value for one in ranked]
    behind = [number for number, value in enumerate(values) if value is InForceValue.YES]
    return [one for one in ranked[: max(behind, default=0)] if one.in_force.value is InForceValue.UNKNOWN]


def _without_birth_date(ranked: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """Of each group that the birthday rule was asked about, those that kept it from deciding."""
    for group in parts(ranked, lambda one: (*by_order(one), *by_in_force(one), *by_self(one))):
        if len(group) > 1 and are_parents_plans(group):
            yield [one for one in group if one.subscriber_birth_date is None]
