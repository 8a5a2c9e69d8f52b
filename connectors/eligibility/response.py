"""What the payer answered: seed 004's Eligibility Response."""

from datetime import date
from decimal import Decimal

import msgspec

from connectors.eligibility import codes
from connectors.eligibility.amounts import plain
from connectors.eligibility.benefits import BenefitsAsSent
from connectors.eligibility.codes import EligibilityChannel, NetworkStatus, PriorAuthorization, recognized
from connectors.eligibility.people import CheckedSubscriber
from connectors.eligibility.plan import CheckedPlan
from connectors.eligibility.service_type import ServiceType, service_type
from connectors.fhir.dates import whole_day
from connectors.record import Record


class EligibilityResponse(Record, frozen=True, kw_only=True):
    """A payer's answer. Enquiry, channel, day, service and place repeat what its record says."""

    enquiry_id: str | None = None
    channel_raw: str | None = msgspec.field(default=None, name="channel_id")
    date_of_service_text: str | None = msgspec.field(default=None, name="date_of_service")
    service_code_raw: str | None = msgspec.field(default=None, name="service_code")
    place_of_service: str | None = None
    prior_authorization_raw: str | None = msgspec.field(default=None, name="prior_authorization_required")
    service_covered: bool | None = msgspec.field(default=None, name="service_eligibility_coverage")
    non_covered_services: bool | None = msgspec.field(default=None, name="non_covered_services_flag")
    in_plan_network: bool | None = None
    plan: CheckedPlan | None = msgspec.field(default=None, name="plan_details")
    subscriber: CheckedSubscriber | None = msgspec.field(default=None, name="subscriber_details")
    in_network: BenefitsAsSent | None = None
    out_of_network: BenefitsAsSent | None = None
    confidence: Decimal | None = msgspec.field(default=None, name="in_plan_network_confidence_score")

    @property
    def channel(self) -> EligibilityChannel:
        """How the check was made."""
        return recognized(self.channel_raw, EligibilityChannel.UNRECOGNIZED)

    @property
    def date_of_service(self) -> date | None:
        """The day that was asked about; None when not told or unreadable."""
        return whole_day(self.date_of_service_text)

    @property
    def service_code(self) -> ServiceType | None:
        """The service that was asked about."""
        return service_type(self.service_code_raw)

    @property
    def prior_authorization(self) -> PriorAuthorization:
        """Whether the payer must agree first."""
        return codes.prior_authorization(self.prior_authorization_raw)

    @property
    def network_status(self) -> NetworkStatus:
        """Whether the provider is in the plan's network."""
        return codes.network_status(self.in_plan_network)

    @property
    def network_confidence(self) -> Decimal | None:
        """How sure `network_status` is, from 0 to 1."""
        return plain(self.confidence)


SILENCE = EligibilityResponse()
"""What is known of a payer that gave no answer."""
