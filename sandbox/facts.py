"""What a right answer says about a patient, in the words of the graph, told from the people."""

from collections.abc import Iterable
from typing import TypedDict

from sandbox.checks import Check
from sandbox.facts_clinic import (
    DependentFacts,
    LinksFacts,
    PersonInformationFacts,
    PlanFacts,
    PlanMatchFacts,
    link_facts,
    plan_facts,
)
from sandbox.facts_eligibility import EligibilityFacts, eligibility_facts
from sandbox.people import Coverage, Link, Period, Person
from sandbox.plan_match import plan_match
from sandbox.plans import PLANS

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
    type: Coded
    planName: str | None
    groupNumber: str | None
    plan: PlanFacts | None
    planMatch: PlanMatchFacts
    latestEligibility: EligibilityFacts | None


class Facts(TypedDict):
    """One patient; the coverages in creation order.

    `dependents` are in the order of their ids, None when the clinic does not know the patient.
    """

    id: str
    name: Texted
    birthDate: str | None
    mrn: str
    links: LinksFacts
    personInformation: PersonInformationFacts | None
    dependents: list[DependentFacts] | None
    coverages: list[CoverageFacts]


def facts(
    person: Person,
    information: PersonInformationFacts | None,
    dependents: list[DependentFacts] | None,
    coverages: Iterable[CoverageFacts],
) -> Facts:
    """The facts about this person, about whom the clinic says this and whose coverages these are."""
    return {
        "id": person.id,
        "name": {"text": person.name},
        "birthDate": person.birth_date,
        "mrn": person.mrn,
        "links": link_facts(person),
        "personInformation": information,
        "dependents": dependents,
        "coverages": list(coverages),
    }


def coverage_facts(coverage: Coverage, latest: Check | None) -> CoverageFacts:
    """The facts about this coverage, about which this was the latest enquiry."""
    plan_name, payor_name = coverage.class_value("plan"), _payor_name(coverage.payor)
    match = plan_match(plan_name, payor_name, PLANS)
    return {
        "id": coverage.id,
        "status": {"code": coverage.status.upper().replace("-", "_")},
        "memberId": coverage.member_id,
        "period": _days(coverage.period),
        "order": coverage.order,
        "payor": _payor(coverage.payor),
        "payorName": payor_name,
        "subscriber": {"display": coverage.subscriber.name},
        "relationship": _relationship(coverage.relationship),
        "type": {"code": coverage.type},
        "planName": plan_name,
        "groupNumber": coverage.class_value("group"),
        "plan": plan_facts(match.plan) if match.plan else None,
        "planMatch": {"method": match.method},
        "latestEligibility": eligibility_facts(latest) if latest else None,
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
