"""The graph's other types, with a resolver for each relationship; a request's loaders are its context."""

from datetime import date
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import strawberry

from benchmarks.ordinary.codes import (
    CoverageStatusCode,
    DependentRelationshipCode,
    LinkState,
    PlanMatchMethod,
    RelationshipCode,
)
from benchmarks.ordinary.eligibility import EligibilityCheck

if TYPE_CHECKING:
    from benchmarks.ordinary.loaders import Loaders

Info: TypeAlias = strawberry.Info["Loaders", None]

CATALOGUE = "all"  # the key of the one catalogue of plans


@strawberry.type
class InsurancePlan:
    """A plan of the clinic's catalogue."""

    plan_name: str | None
    plan_type: str | None
    carrier: str | None
    active: bool | None


@strawberry.type
class PlanMatch:
    """How a coverage's plan was looked for in the catalogue."""

    method: PlanMatchMethod
    plan: strawberry.Private[InsurancePlan | None] = None


@strawberry.type
class Organization:
    """A payor."""

    name: str | None


@strawberry.type
class HumanName:
    """A person's name."""

    text: str | None


@strawberry.type
class Party:
    """Who stands behind a coverage's reference."""

    display: str | None


@strawberry.type
class CoverageStatus:
    """The record's state in the EHR."""

    code: CoverageStatusCode


@strawberry.type
class CoverageType:
    """What kind of coverage it is."""

    code: str | None


@strawberry.type
class Relationship:
    """The beneficiary's relationship to the subscriber."""

    code: RelationshipCode


@strawberry.type
class Period:
    """Days, both included."""

    start: date | None
    end: date | None


class Reference(NamedTuple):
    """Of which type, with which id, and what is printed beside it."""

    type: str
    id: str
    display: str | None


@strawberry.type
class Coverage:
    """One insurance of one patient."""

    id: strawberry.ID
    status: CoverageStatus
    type: CoverageType | None
    member_id: str | None
    relationship: Relationship | None
    period: Period | None
    order: int | None
    group_number: str | None
    payor_name: str | None
    plan_name: str | None
    beneficiary: strawberry.Private[Reference | None]
    subscribed: strawberry.Private[Reference | None]
    paid: strawberry.Private[Reference | None]

    @strawberry.field
    async def payor(self, info: Info) -> Organization | None:
        """Who pays."""
        if self.paid is None or self.paid.type != "Organization":
            return None
        return await info.context.organizations.load(self.paid.id)

    @strawberry.field
    async def subscriber(self, info: Info) -> Party | None:
        """Who signed up: as printed on the coverage, else as their own record has it."""
        told = self.subscribed
        if told is None or told.display:
            return Party(display=told.display) if told else None
        name: HumanName | None = None
        if told.type == "Patient":
            patient = await info.context.patients.load(told.id)
            name = patient.name if patient else None
        elif told.type == "RelatedPerson":
            name = await info.context.related_persons.load(told.id)
        return Party(display=name.text if name else None)

    @strawberry.field
    async def plan(self, info: Info) -> InsurancePlan | None:
        """The clinic's plan of this plan name."""
        catalogue = await info.context.catalogue.load(CATALOGUE)
        return catalogue.match(self.plan_name, self.payor_name).plan

    @strawberry.field
    async def plan_match(self, info: Info) -> PlanMatch:
        """How that plan was found, or why not."""
        catalogue = await info.context.catalogue.load(CATALOGUE)
        return catalogue.match(self.plan_name, self.payor_name)

    @strawberry.field
    async def latest_eligibility(self, info: Info) -> EligibilityCheck | None:
        """The newest check under this coverage's number."""
        if self.beneficiary is None or self.member_id is None:
            return None
        patient = await info.context.patients.load(self.beneficiary.id)
        if patient is None or patient.links.eligibility.id is None:
            return None
        return await info.context.checks.load((patient.links.eligibility.id, self.member_id))


@strawberry.type
class PersonInformation:
    """Who a patient is to their insurers."""

    first_name: str | None
    last_name: str | None
    date_of_birth: date | None
    ssn_masked: str | None
    phone: str | None
    email: str | None
    updated_at: strawberry.Private[str]


@strawberry.type
class DependentRelationship:
    """What a dependent is to the holder."""

    code: DependentRelationshipCode


@strawberry.type
class Dependent:
    """Somebody insured through another."""

    id: strawberry.ID
    first_name: str | None
    last_name: str | None
    date_of_birth: date | None
    relationship: DependentRelationship | None

    @strawberry.field
    async def patient(self, info: Info) -> "Patient | None":
        """The dependent as a patient."""
        found = await info.context.patients_of_dependents.load(self.id)
        return found[0] if len(found) == 1 else None


@strawberry.type
class Link:
    """A patient's id in another system."""

    state: LinkState
    id: strawberry.ID | None


@strawberry.type
class Links:
    """A patient's ids in the other systems."""

    clinic: Link
    eligibility: Link
    clinik: Link


@strawberry.type
class Patient:
    """A patient of the EHR."""

    id: strawberry.ID
    name: HumanName | None
    birth_date: date | None
    mrn: str | None
    links: Links

    @strawberry.field
    async def coverages(self, info: Info) -> list[Coverage]:
        """The patient's coverages, in the EHR's order."""
        return await info.context.coverages.load(self.id)

    @strawberry.field
    async def person_information(self, info: Info) -> PersonInformation | None:
        """The newest that the clinic has."""
        clinic_id = self.links.clinic.id
        return await info.context.person_informations.load(clinic_id) if clinic_id else None

    @strawberry.field
    async def dependents(self, info: Info) -> list[Dependent] | None:
        """Those insured through this patient."""
        clinic_id = self.links.clinic.id
        return await info.context.dependents.load(clinic_id) if clinic_id else None


@strawberry.type
class Query:
    """Patients and their insurance."""

    @strawberry.field
    async def patient(self, info: Info, id: strawberry.ID) -> Patient | None:  # noqa: A002  # GraphQL's name
        """The patient of this id."""
        return await info.context.patients.load(id)
