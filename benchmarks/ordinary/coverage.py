"""A coverage, and all that it leads to: payor, parties, plan, newest check."""

from datetime import date
from typing import NamedTuple

import strawberry

from benchmarks.ordinary.codes import CoverageStatusCode, PlanMatchMethod, RelationshipCode
from benchmarks.ordinary.eligibility import EligibilityCheck
from benchmarks.ordinary.info import Info

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
