"""Coverages: what a patient's insurance says, as the EHR holds it."""

from decimal import Decimal

import strawberry

from connectors.fhir import cost_to_beneficiary, coverage_class, coverage_type, relationship
from connectors.fhir import coverage as fhir
from resolvers import coverage, eligibility, summary
from resolvers import plan as catalogue
from schema.datatypes import Period
from schema.declare import enumeration, joined, over, shown
from schema.eligibility import CHECKS, EligibilityCheck, EligibilityHistory
from schema.in_force import InForce
from schema.organization import Organization
from schema.party import Party
from schema.plan import InsurancePlan, PlanMatch
from schema.source import Source

enumeration(fhir.CoverageStatusCode)
enumeration(coverage_type.CoverageCategory)
enumeration(relationship.RelationshipCode)


@over(fhir.CodedStatus)
class CoverageStatus:
    """The record's state in the EHR. An expired coverage stays active: ask `inForce`."""

    code: fhir.CoverageStatusCode
    raw: str | None = shown("The code as the EHR tells it.")
    display: str | None


@over(coverage_type.CoverageType)
class CoverageType:
    """What kind of coverage it is."""

    code: str | None
    display: str | None
    category: coverage_type.CoverageCategory | None = shown(
        "The branch of insurance, where the code has one."
    )
    raw: str | None = shown("The code as the EHR tells it.")


@over(relationship.Relationship)
class Relationship:
    """The beneficiary's relationship to the subscriber."""

    code: relationship.RelationshipCode
    x12_code: str | None = shown("X12 element 1069, such as `18` for self.")
    display: str | None
    raw: str | None = shown("The code as the EHR tells it.")


@over(coverage_class.CoverageClass)
class CoverageClass:
    """A plan, group or other class that the coverage belongs to."""

    type: str | None
    value: str | None
    name: str | None


@over(cost_to_beneficiary.CostToBeneficiary)
class CostToBeneficiary:
    """What the patient pays for a kind of service."""

    type: str | None
    display: str | None
    amount: Decimal | None = shown("Money, in `currency`; US dollars where none is told.")
    currency: str | None = shown("ISO 4217.")
    percent: Decimal | None = shown("The patient's share: `20` is a fifth.")
    quantity: str | None = shown("Another measure with its unit.")


@over(fhir.Coverage)
class Coverage:
    """One insurance of one patient."""

    id: strawberry.ID
    status: CoverageStatus
    type: CoverageType | None
    member_id: str | None = shown("The number on the card: the beneficiary's own, else the subscriber's.")
    subscriber_id: str | None = shown("The subscriber's number, which a family shares.")
    subscriber: Party | None
    policy_holder: Party | None
    beneficiary: Party | None
    relationship: Relationship | None
    period: Period | None
    payor: Organization | None = joined(coverage.payor, "Who pays. Null when the EHR does not hold it.")
    payor_name: str | None = shown(
        "The payor's name as written on the coverage; there also when `payor` is not."
    )
    plan: InsurancePlan | None = joined(catalogue.of_coverage, "The clinic's plan of this plan name.")
    plan_match: PlanMatch | None = joined(catalogue.match, "How that plan was found, or why not.")
    plan_name: str | None = shown("As written on the coverage.")
    subplan: str | None
    group_number: str | None = shown("The employer's group.")
    subgroup: str | None
    rx_bin: str | None = shown("The pharmacy claims' bank identification number.")
    rx_pcn: str | None = shown("The pharmacy claims' processor control number.")
    rx_group: str | None = shown("The pharmacy claims' group.")
    classes: list[CoverageClass]
    network: str | None = shown("The insurer's network, as written on the coverage.")
    order: int | None = shown(
        "The front desk's order in the EHR: 1 pays first. On a day, ask `insuranceSummary` for the rank."
    )
    dependent: str | None = shown("The patient's number as a dependent under the policy.")
    cost_to_beneficiary: list[CostToBeneficiary]
    latest_eligibility: EligibilityCheck | None = joined(
        eligibility.latest,
        "The newest check under this coverage's number, on any channel or on the one given.",
        arguments=eligibility.OnChannel,
    )
    eligibility_history: EligibilityHistory | None = joined(
        eligibility.of_coverage, CHECKS, arguments=eligibility.OnChannels
    )
    in_force: InForce | None = joined(
        summary.coverage_in_force, "Whether it is in force on a day, and why.", arguments=summary.OnDay
    )
    source: Source = shown("Where this came from.")
