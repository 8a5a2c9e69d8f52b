"""A patient, who they are elsewhere and whom they insure; and the query, which begins with one."""

from datetime import date

import strawberry

from benchmarks.ordinary.codes import DependentRelationshipCode, LinkState
from benchmarks.ordinary.coverage import Coverage, HumanName
from benchmarks.ordinary.info import Info


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
