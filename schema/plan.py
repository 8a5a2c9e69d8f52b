"""The clinic's catalogue of plans."""

from datetime import datetime
from decimal import Decimal

import strawberry

from connectors.clinic import coverage_details, records
from resolvers.rules import plan_match
from schema.declare import enumeration, over, shown
from schema.source import Source

enumeration(plan_match.PlanMatchMethod)


@over(coverage_details.Detail)
class CoverageDetail:
    """A detail that has no field of its own; nested values are compact JSON."""

    key: str
    value: str


@over(coverage_details.CoverageDetails)
class CoverageDetails:
    """What a plan pays. Amounts are US dollars."""

    deductible: Decimal | None
    copay: Decimal | None
    out_of_pocket_max: Decimal | None
    other: list[CoverageDetail] = shown("Carriers tell different things.")


@over(records.InsurancePlan)
class InsurancePlan:
    """A plan of the clinic's catalogue. Nobody is linked to one; a coverage's is found by its name."""

    id: strawberry.ID
    plan_name: str | None
    carrier: str | None
    plan_type: str | None
    active: bool | None
    coverage_details: CoverageDetails | None
    created_at: datetime | None
    updated_at: datetime | None
    source: Source = shown("Where this came from.")


@over(plan_match.PlanMatch)
class PlanMatch:
    """How a coverage's plan was looked for in the clinic's catalogue."""

    method: plan_match.PlanMatchMethod
    compared: list[str] = shown("The catalogue's plans of that name, as `carrier: plan`.")
