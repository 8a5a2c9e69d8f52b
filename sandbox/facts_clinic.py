"""What a right answer says of the clinic's back office: links, person information, dependents, plans."""

from collections.abc import Iterable, Mapping
from typing import Literal, TypedDict

from sandbox.enrolment import Dependent, PersonInformation, masked
from sandbox.identifiers import CLINIC_SYSTEM, CLINIK_SYSTEM, ELIGIBILITY_SYSTEM
from sandbox.people import Person
from sandbox.plan_match import Method
from sandbox.plans import Plan


class LinkFacts(TypedDict):
    """Whether another system knows the patient, and by which id."""

    state: Literal["LINKED", "NOT_LINKED"]
    id: str | None


class LinksFacts(TypedDict):
    """The other systems."""

    clinic: LinkFacts
    eligibility: LinkFacts
    clinik: LinkFacts


class PersonInformationFacts(TypedDict):
    """What the clinic has on file about the patient: its newest record."""

    firstName: str
    lastName: str
    dateOfBirth: str
    ssnMasked: str | None
    phone: str | None
    email: str | None


class PatientFacts(TypedDict):
    """A patient."""

    id: str


class DependentFacts(TypedDict):
    """A dependent at the clinic; the patient only where Canvas says which dependent that is."""

    firstName: str
    lastName: str
    dateOfBirth: str
    relationship: str
    patient: PatientFacts | None


class PlanFacts(TypedDict):
    """A plan of the clinic's catalogue."""

    planName: str
    planType: str
    carrier: str
    active: bool


class PlanMatchFacts(TypedDict):
    """How the plan was found."""

    method: Method


def link_facts(person: Person) -> LinksFacts:
    """Which systems know this person."""
    return {
        "clinic": _link(person, CLINIC_SYSTEM),
        "eligibility": _link(person, ELIGIBILITY_SYSTEM),
        "clinik": _link(person, CLINIK_SYSTEM),
    }


def _link(person: Person, system: str) -> LinkFacts:
    id_ = person.known_as(system)
    return {"state": "LINKED" if id_ else "NOT_LINKED", "id": id_}


def person_information_facts(known: Iterable[PersonInformation]) -> PersonInformationFacts | None:
    """The one of these that was updated last."""
    newest = max(known, key=lambda it: it.updated_at, default=None)
    if newest is None:
        return None
    return {
        "firstName": newest.first_name,
        "lastName": newest.last_name,
        "dateOfBirth": newest.birth_date,
        "ssnMasked": masked(newest.ssn),
        "phone": newest.phone,
        "email": newest.email,
    }


def dependent_facts(dependent: Dependent, patients: Mapping[int, str]) -> DependentFacts:
    """The facts about a dependent; `patients` are patient ids by the dependent that they are linked to."""
    patient = patients.get(dependent.id)
    return {
        "firstName": dependent.first_name,
        "lastName": dependent.last_name,
        "dateOfBirth": dependent.birth_date,
        "relationship": dependent.relationship.upper(),
        "patient": {"id": patient} if patient else None,
    }


def plan_facts(plan: Plan) -> PlanFacts:
    """The facts about a plan."""
    return {"planName": plan.name, "planType": plan.type, "carrier": plan.carrier, "active": plan.active}
