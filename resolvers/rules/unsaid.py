"""What a summary cannot say, because something could not be read."""

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Any

from connectors.eligibility.history import History
from connectors.errors import BadResponse
from connectors.fhir.coverage import Coverage
from connectors.listing import Listing
from connectors.record import Record
from resolvers.absent import NO_MEMBER_ID, NO_RECORD, Absent
from resolvers.rules.evidence import Evidence

UNREADABLE = Absent(BadResponse.code)
"""An entry came that could not be read: what it says is not known."""


class SummaryPart(Enum):
    """A part of a summary. COVERAGES: one of the patient's could not be read, so the ranking may be wrong."""

    COVERAGES = "COVERAGES"
    ELIGIBILITY = "ELIGIBILITY"
    PAYOR = "PAYOR"
    PLAN = "PLAN"
    DEPENDENTS = "DEPENDENTS"


class Unsaid(Record, frozen=True, kw_only=True):
    """What the summary cannot say, and of which coverages; without any, of the patient.

    `code` is an error's, or that of a state such as NOT_LINKED.
    """

    part: SummaryPart
    code: str
    coverage_ids: tuple[str, ...] = ()


def unsaid(evidence: Evidence) -> Iterator[Unsaid]:
    """Everything that the summary of this evidence cannot say."""
    coverages = evidence.coverages.items
    if _lacks(evidence.coverages):
        yield Unsaid(part=SummaryPart.COVERAGES, code=UNREADABLE.code)
    if coverages:
        yield from _unsaid_of_each(SummaryPart.ELIGIBILITY, coverages, lambda one: _history(one, evidence))
        yield from _unsaid_of_each(
            SummaryPart.PAYOR, coverages, lambda one: evidence.payors.get(one.payor_id or "")
        )
        yield from _unsaid_of_all(SummaryPart.PLAN, evidence.catalogue)
    yield from _unsaid_of_all(SummaryPart.DEPENDENTS, evidence.dependents)


def _history(coverage: Coverage, evidence: Evidence) -> object:
    if isinstance(evidence.histories, Absent):
        return evidence.histories
    history = evidence.histories.get(coverage.member_id or "", NO_MEMBER_ID)
    if not isinstance(history, History):
        return history
    if _lacks(history):
        return UNREADABLE
    return history if history.items else NO_RECORD


def _unsaid_of_all(part: SummaryPart, told: Listing[Any] | Absent) -> Iterator[Unsaid]:
    """Of what is one list for all coverages."""
    if isinstance(told, Absent):
        yield Unsaid(part=part, code=told.code)
    elif _lacks(told):
        yield Unsaid(part=part, code=UNREADABLE.code)


def _lacks(told: Listing[Any] | History) -> bool:
    """Whether an entry of it could not be read."""
    return told.bad_entries > 0


def _unsaid_of_each(
    part: SummaryPart, coverages: Iterable[Coverage], found: Callable[[Coverage], object]
) -> Iterator[Unsaid]:
    by_code: dict[str, list[str]] = {}
    for coverage in coverages:
        told = found(coverage)
        if isinstance(told, Absent):
            by_code.setdefault(told.code, []).append(coverage.id)
    for code, ids in by_code.items():
        yield Unsaid(part=part, code=code, coverage_ids=tuple(ids))
