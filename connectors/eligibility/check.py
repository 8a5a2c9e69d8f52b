"""One enquiry to a payer and what came of it: seed 004's Eligibility Enquiry Record."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

import msgspec

from connectors.eligibility.benefits import NetworkBenefits, network_benefits
from connectors.eligibility.codes import EligibilityChannel, NetworkStatus, PriorAuthorization, recognized
from connectors.eligibility.outcome import CheckError, EligibilityStatus, check_error, status
from connectors.eligibility.people import CheckedSubscriber, PatientAsSent, Provider
from connectors.eligibility.plan import CheckedPlan
from connectors.eligibility.response import SILENCE, EligibilityResponse
from connectors.eligibility.service_type import ServiceType, service_type
from connectors.fact import fact
from connectors.fhir.dates import whole_day
from connectors.record import Sourced

Number: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=10**18 - 1)]
"""The service's ids of patients, clinics and organisations."""

MOST_ERRORS = 100
"""Of one check: documented are lists of a few. An entry with more is a bad one."""


class EligibilityCheck(Sourced, frozen=True, kw_only=True, dict=True, gc=True):
    """A check as the service recorded it. What only a payer can tell is None, or unknown, without `response`.

    `timestamp` (UTC) depends on a zone that the wire does not tell: it is set on arrival, never by the wire.
    """

    id: Annotated[str, msgspec.Meta(min_length=1)] = msgspec.field(name="eligibility_enquiry_id")
    member_id: str | None = msgspec.field(default=None, name="insurance_number")
    payer_id: str | None = None
    payer_name: str | None = None
    patient_first_name: str | None = None
    patient_last_name: str | None = None
    patient_dob: str | None = None
    patient_relation: str | None = None
    provider_npi: str | None = None
    provider_first_name: str | None = None
    provider_last_name: str | None = None
    date_of_service_text: str | None = msgspec.field(default=None, name="date_of_service")
    service_code_raw: str | None = msgspec.field(default=None, name="service_code")
    place_of_service: str | None = None
    patient_number: Number | None = msgspec.field(default=None, name="patient_id")
    clinic_number: Number | None = msgspec.field(default=None, name="clinic_id")
    organisation_number: Number | None = msgspec.field(default=None, name="organisation_id")
    timestamp: datetime | None = msgspec.field(default=None, name="(timestamp)")
    timestamp_text: str | None = msgspec.field(default=None, name="timestamp")
    channel_raw: str | None = msgspec.field(default=None, name="channel_id")
    status_raw: str | None = msgspec.field(default=None, name="status")
    message: str | None = None
    response: EligibilityResponse | None = None
    errors_sent: Annotated[tuple[Any, ...], msgspec.Meta(max_length=MOST_ERRORS)] | None = msgspec.field(
        default=None, name="errors"
    )

    @fact
    def patient_as_sent(self) -> PatientAsSent:
        """The patient as the payer was asked about."""
        return PatientAsSent(
            first_name=self.patient_first_name,
            last_name=self.patient_last_name,
            date_of_birth_text=self.patient_dob,
            relation_raw=self.patient_relation,
        )

    @fact
    def provider(self) -> Provider:
        """The rendering provider."""
        return Provider(
            npi=self.provider_npi, first_name=self.provider_first_name, last_name=self.provider_last_name
        )

    @fact
    def date_of_service(self) -> date | None:
        """The day that was asked about; None when not told or unreadable."""
        return whole_day(self.date_of_service_text)

    @fact
    def service_code(self) -> ServiceType | None:
        """The service that was asked about."""
        return service_type(self.service_code_raw)

    @fact
    def eligibility_patient_id(self) -> str | None:
        """The patient's id at this service, which is no Canvas id."""
        return _text(self.patient_number)

    @fact
    def clinic_id(self) -> str | None:
        """The clinic's id at this service."""
        return _text(self.clinic_number)

    @fact
    def organisation_id(self) -> str | None:
        """The organisation's id at this service."""
        return _text(self.organisation_number)

    @fact
    def channel(self) -> EligibilityChannel:
        """How the check was made."""
        return recognized(self.channel_raw, EligibilityChannel.UNRECOGNIZED)

    @fact
    def status(self) -> EligibilityStatus:
        """How the enquiry ended. Errors without an answer are FAILED, whatever status was sent."""
        return status(self.status_raw, failed=bool(self.errors_sent) and self.response is None)

    @fact
    def errors(self) -> tuple[CheckError, ...]:
        """Why the check failed; none on success."""
        return tuple(map(check_error, self.errors_sent or ()))

    @fact
    def prior_authorization(self) -> PriorAuthorization:
        """Whether the payer must agree first."""
        return (self.response or SILENCE).prior_authorization

    @fact
    def prior_authorization_raw(self) -> str | None:
        """The same as sent."""
        return (self.response or SILENCE).prior_authorization_raw

    @fact
    def service_covered(self) -> bool | None:
        """Whether the plan covers the service."""
        return (self.response or SILENCE).service_covered

    @fact
    def non_covered_services(self) -> bool | None:
        """Whether services were found that the plan does not cover."""
        return (self.response or SILENCE).non_covered_services

    @fact
    def network_status(self) -> NetworkStatus:
        """Whether the provider is in the plan's network."""
        return (self.response or SILENCE).network_status

    @fact
    def network_confidence(self) -> Decimal | None:
        """How sure `network_status` is, from 0 to 1."""
        return (self.response or SILENCE).network_confidence

    @fact
    def plan(self) -> CheckedPlan | None:
        """The plan that the payer found."""
        return (self.response or SILENCE).plan

    @fact
    def subscriber(self) -> CheckedSubscriber | None:
        """The subscriber as the payer knows them."""
        return (self.response or SILENCE).subscriber

    @fact
    def in_network(self) -> NetworkBenefits | None:
        """What the patient pays in the plan's network."""
        return network_benefits((self.response or SILENCE).in_network)

    @fact
    def out_of_network(self) -> NetworkBenefits | None:
        """What the patient pays outside of it."""
        return network_benefits((self.response or SILENCE).out_of_network)


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
