"""The steps that put one coverage before another. `ranking` tells them in words."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple, TypeAlias

from connectors.fhir.coverage import Coverage
from connectors.fhir.relationship import RelationshipCode
from connectors.record import Record, Source
from resolvers.rules.in_force import InForce
from resolvers.rules.in_force_codes import InForceValue
from resolvers.rules.ranking_codes import RankReason


class Candidate(Record, frozen=True, kw_only=True):
    """A coverage, whether it is in force, and when its subscriber was born, by whose word, where known."""

    coverage: Coverage
    in_force: InForce
    subscriber_birth_date: date | None = None
    birth_date_source: Source | None = None


Key: TypeAlias = tuple[int | str, ...]


class _Step(NamedTuple):
    """Puts some candidates before others by a key, where it applies to all that are left together."""

    reason: RankReason
    key: Callable[[Candidate], Key]
    applies: Callable[[Sequence[Candidate]], bool] = bool


class Place(NamedTuple):
    """A candidate in its place, and the steps that decided it."""

    candidate: Candidate
    reasons: tuple[RankReason, ...]


def placed(group: Sequence[Candidate]) -> Iterator[Place]:
    """The candidates, whose ids differ, first to last. Their own order changes nothing."""
    return _placed(group, _STEPS, ())


def _placed(
    group: Sequence[Candidate], steps: Sequence[_Step], reasons: tuple[RankReason, ...]
) -> Iterator[Place]:
    if len(group) <= 1:
        yield from (Place(one, reasons or (RankReason.ONLY_ONE,)) for one in group)
        return
    step, *later = steps  # the last, by id, leaves nobody together
    kept = parts(group, step.key) if step.applies(group) else [group]
    told = (*reasons, step.reason) if len(kept) > 1 else reasons
    for part in kept:
        yield from _placed(part, later, told)


def parts(group: Iterable[Candidate], key: Callable[[Candidate], Key]) -> list[Sequence[Candidate]]:
    """Those with the same key together, the least key first."""
    return [list(part) for _, part in groupby(sorted(group, key=key), key)]


def coverage_id(one: Candidate) -> str:
    """The coverage's id, of which there is one each."""
    return one.coverage.id


def by_order(one: Candidate) -> Key:
    """The order in the EHR; none, or 0, which is none, comes last."""
    return (0, one.coverage.order) if one.coverage.order else (1,)


def by_in_force(one: Candidate) -> Key:
    """In force before those of which nobody can say."""
    return (int(one.in_force.value is not InForceValue.YES),)


def by_self(one: Candidate) -> Key:
    """The patient's own policy before those through somebody else."""
    return (int(not _is_own(one.coverage)),)


def _is_own(coverage: Coverage) -> bool:
    told = coverage.relationship
    if told is not None and told.code is not RelationshipCode.UNRECOGNIZED:
        return told.code is RelationshipCode.SELF
    subscriber = coverage.subscriber_reference and coverage.subscriber_reference.target("Patient")
    return subscriber is not None and subscriber == coverage.patient_id


def _by_birthday(one: Candidate) -> Key:
    born = one.subscriber_birth_date
    return (born.month, born.day) if born else ()


def are_parents_plans(group: Sequence[Candidate]) -> bool:
    """Whether all cover the patient as a child."""
    relationships = (one.coverage.relationship for one in group)
    return all(told is not None and told.code is RelationshipCode.CHILD for told in relationships)


def _have_birthdays(group: Sequence[Candidate]) -> bool:
    return are_parents_plans(group) and all(one.subscriber_birth_date for one in group)


def _by_start(one: Candidate) -> Key:
    start = one.coverage.period.start if one.coverage.period else None
    return (0, start.toordinal()) if start else (1,)


_STEPS = (
    _Step(RankReason.BY_ORDER, by_order),
    _Step(RankReason.IN_FORCE_FIRST, by_in_force),
    _Step(RankReason.SELF_BEFORE_DEPENDENT, by_self),
    _Step(RankReason.BIRTHDAY_RULE, _by_birthday, _have_birthdays),
    _Step(RankReason.EARLIER_START, _by_start),
    _Step(RankReason.BY_ID, lambda one: (coverage_id(one),)),
)
