"""Eligibility checks: what a payer said of a patient's benefits, and when."""

from datetime import date, datetime
from decimal import Decimal

import strawberry

from connectors.eligibility import (
    check,
    codes,
    history,
    outcome,
    people,
    plan,
    response,
    service_type,
)
from resolvers.rules import eligibility_history
from schema.benefits import NetworkBenefits
from schema.declare import enumeration, over, shown
from schema.source import Source

CHECKS = "The service tells the newest check only: name `channels` to get the newest on each of them."

enumeration(codes.EligibilityChannel)
enumeration(codes.EligibilityStatusCode)
enumeration(codes.PatientRelation)
enumeration(codes.PriorAuthorization)
enumeration(codes.NetworkStatus)


@over(outcome.EligibilityStatus)
class EligibilityStatus:
    """How an enquiry ended."""

    code: codes.EligibilityStatusCode
    raw: str | None = shown("The status as the service tells it.")


@over(outcome.CheckError)
class CheckError:
    """Why a check failed."""

    code: str | None
    text: str | None


@over(service_type.ServiceType)
class ServiceType:
    """An X12 service type (element 1365)."""

    code: str
    text: str | None


@over(people.PatientAsSent)
class PatientAsSent:
    """The patient as the payer was asked about: perhaps not as the EHR knows the patient today."""

    first_name: str | None
    last_name: str | None
    date_of_birth: date | None
    relation: codes.PatientRelation
    relation_raw: str | None


@over(people.Provider)
class Provider:
    """The rendering provider of a check."""

    npi: str | None
    first_name: str | None
    last_name: str | None


@over(people.CheckedSubscriber)
class CheckedSubscriber:
    """The subscriber as the payer knows them."""

    first_name: str | None
    middle_name: str | None
    last_name: str | None
    sex: str | None
    date_of_birth: date | None
    address_line: str | None
    city: str | None
    state: str | None
    zip_code: str | None


@over(plan.CheckedPlan)
class CheckedPlan:
    """The plan as the payer described it."""

    payer_id: str | None
    payer_name: str | None
    member_id: str | None
    plan_name: str | None
    plan_type: str | None
    group_name: str | None
    group_number: str | None
    start: date | None
    end: date | None
    active: bool | None = shown("The payer's word on the day of the check.")


@over(response.EligibilityResponse)
class EligibilityResponse:
    """The payer's answer as it names itself; it mostly repeats the check that holds it."""

    enquiry_id: str | None
    channel: codes.EligibilityChannel
    channel_raw: str | None
    date_of_service: date | None
    service_code: ServiceType | None
    place_of_service: str | None


@over(check.EligibilityCheck)
class EligibilityCheck:
    """One enquiry to a payer and what came of it."""

    id: strawberry.ID
    member_id: str | None
    payer_id: str | None
    payer_name: str | None
    patient_as_sent: PatientAsSent
    provider: Provider
    eligibility_patient_id: str | None = shown("The patient's id at the eligibility service; no EHR id.")
    clinic_id: str | None
    organisation_id: str | None
    date_of_service: date | None
    service_code: ServiceType | None
    place_of_service: str | None
    timestamp: datetime | None = shown("When the check was recorded (UTC).")
    timestamp_text: str | None = shown("The same as the service tells it, without a zone.")
    channel: codes.EligibilityChannel
    channel_raw: str | None
    status: EligibilityStatus
    message: str | None
    prior_authorization: codes.PriorAuthorization
    prior_authorization_raw: str | None
    service_covered: bool | None
    non_covered_services: bool | None
    network_status: codes.NetworkStatus
    network_confidence: Decimal | None = shown("How sure `networkStatus` is, from 0 to 1.")
    plan: CheckedPlan | None
    subscriber: CheckedSubscriber | None
    in_network: NetworkBenefits | None
    out_of_network: NetworkBenefits | None
    response: EligibilityResponse | None
    errors: list[CheckError] = shown("Why the check failed; empty on success.")
    source: Source = shown("Where this came from.")


@over(history.History)
class EligibilityAnswer:
    """What the service answered to one search, beside the checks."""

    code: int
    message: str | None
    total_elements: int | None
    total_pages: int | None
    page: int | None
    size: int | None
    source: Source = shown("Where this came from.")


@over(eligibility_history.EligibilityHistory)
class EligibilityHistory:
    """Checks of a patient, newest first. The service tells the latest of each search, sometimes more."""

    latest: EligibilityCheck | None
    checks: list[EligibilityCheck]
    answers: list[EligibilityAnswer] = shown("One for each member number and channel asked.")
