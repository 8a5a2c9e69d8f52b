"""What a right answer says about a patient, in the words of the graph, told from the people."""

from collections.abc import Iterable
from typing import TypedDict

from sandbox.people import Coverage, Link, Period, Person

RELATIONSHIPS = ("self", "spouse", "child", "parent", "common", "injured", "other")


class Named(TypedDict):
    """A payor that exists here."""

    name: str


class Texted(TypedDict):
    """A human name."""

    text: str


class Displayed(TypedDict):
    """The subscriber: the full name, or None when nobody here is meant."""

    display: str | None


class Coded(TypedDict):
    """A code of a closed list."""

    code: str


class Days(TypedDict):
    """A period, whole days, both inclusive."""

    start: str | None
    end: str | None


class CoverageFacts(TypedDict):
    """One coverage."""

    id: str
    status: Coded
    memberId: str
    period: Days | None
    order: int
    payor: Named | None
    payorName: str
    subscriber: Displayed
    relationship: str


class Facts(TypedDict):
    """One patient; the coverages in creation order."""

    id: str
    name: Texted
    birthDate: str | None
    mrn: str
    coverages: list[CoverageFacts]


def facts(person: Person, coverages: Iterable[Coverage]) -> Facts:
    """The facts about this person, whose coverages these are."""
    return {
        "id": person.id,
        "name": {"text": person.name},
        "birthDate": person.birth_date,
        "mrn": person.mrn,
        "coverages": [_coverage(coverage) for coverage in coverages],
    }


def _coverage(coverage: Coverage) -> CoverageFacts:
    return {
        "id": coverage.id,
        "status": {"code": coverage.status.upper().replace("-", "_")},
        "memberId": coverage.member_id,
        "period": _days(coverage.period),
        "order": coverage.order,
        "payor": _payor(coverage.payor),
        "payorName": _payor_name(coverage.payor),
        "subscriber": {"display": coverage.subscriber.name},
        "relationship": _relationship(coverage.relationship),
    }


def _days(period: Period | None) -> Days | None:
    return {"start": period.start, "end": period.end} if period else None


def _payor(link: Link) -> Named | None:
    # A patient who pays is nobody's insurer: the graph has no Organization to show.
    return {"name": link.name} if link.name and not link.reference.startswith("Patient/") else None


def _payor_name(link: Link) -> str:
    return (link.display or link.name or "").strip()


def _relationship(code: str) -> str:
    return code.upper() if code in RELATIONSHIPS else "UNRECOGNIZED"
