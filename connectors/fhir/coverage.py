"""FHIR R4 Coverage: an insurance policy, as seen from one person whom it covers."""

import enum
from datetime import date

import msgspec

from connectors.fact import fact
from connectors.fhir.contained import Contained, contained
from connectors.fhir.cost_to_beneficiary import CostToBeneficiary
from connectors.fhir.coverage_class import CoverageClass, class_name, class_value
from connectors.fhir.coverage_type import CoverageType, coverage_type
from connectors.fhir.datatypes import CodeableConcept, Identifier, Period, UnsignedInt, stated
from connectors.fhir.organization import Organization
from connectors.fhir.party import Party, party
from connectors.fhir.reference import Reference
from connectors.fhir.relationship import Relationship, relationship
from connectors.fhir.resource import Resource
from connectors.record import Record


class CoverageStatusCode(enum.Enum):
    """FHIR R4 fm-status. An expired coverage stays ACTIVE; its period tells."""

    ACTIVE = "ACTIVE"
    CANCELLED = "CANCELLED"
    DRAFT = "DRAFT"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"
    UNRECOGNIZED = "UNRECOGNIZED"


class CodedStatus(Record, frozen=True, kw_only=True):
    """A status: the code of the list, the code as sent, and what to show."""

    code: CoverageStatusCode
    raw: str | None = None
    display: str | None = None


_STATUSES = {
    "active": CodedStatus(code=CoverageStatusCode.ACTIVE, raw="active", display="Active"),
    "cancelled": CodedStatus(code=CoverageStatusCode.CANCELLED, raw="cancelled", display="Cancelled"),
    "draft": CodedStatus(code=CoverageStatusCode.DRAFT, raw="draft", display="Draft"),
    "entered-in-error": CodedStatus(
        code=CoverageStatusCode.ENTERED_IN_ERROR, raw="entered-in-error", display="Entered in Error"
    ),
}


class Coverage(Resource, frozen=True, kw_only=True, dict=True, gc=True):
    """A coverage. The `…_reference` and `…_concept` fields are the wire's; the graph reads the properties."""

    status_code: str | None = msgspec.field(default=None, name="status")
    type_concept: CodeableConcept | None = msgspec.field(default=None, name="type")
    identifiers: tuple[Identifier, ...] = msgspec.field(default=(), name="identifier")
    policy_holder_reference: Reference | None = msgspec.field(default=None, name="policyHolder")
    subscriber_reference: Reference | None = msgspec.field(default=None, name="subscriber")
    subscriber_id: str | None = None
    beneficiary_reference: Reference | None = msgspec.field(default=None, name="beneficiary")
    relationship_concept: CodeableConcept | None = msgspec.field(default=None, name="relationship")
    period: Period | None = None
    payors: tuple[Reference, ...] = msgspec.field(default=(), name="payor")
    classes: tuple[CoverageClass, ...] = msgspec.field(default=(), name="class")
    order: UnsignedInt | None = None
    network: str | None = None
    dependent: str | None = None
    cost_to_beneficiary: tuple[CostToBeneficiary, ...] = ()
    contained: Contained = ()

    def __post_init__(self) -> None:
        if self.contained:  # a Raw is a view that would keep the whole answer it came in alive
            copies = tuple(raw.copy() for raw in self.contained)
            msgspec.structs.force_setattr(self, "contained", copies)

    @fact
    def status(self) -> CodedStatus:
        """The status. A code outside the list is UNRECOGNIZED, and told in `raw`."""
        known = _STATUSES.get(self.status_code or "")
        return known or CodedStatus(code=CoverageStatusCode.UNRECOGNIZED, raw=self.status_code)

    @fact
    def type(self) -> CoverageType | None:
        """What kind of insurance it is."""
        return coverage_type(self.type_concept)

    @fact
    def relationship(self) -> Relationship | None:
        """How the beneficiary is related to the subscriber."""
        return relationship(self.relationship_concept)

    @fact
    def member_id(self) -> str | None:
        """The member number on the card: the identifier of type MB (HL7 v2-0203), else the subscriber's."""
        numbers = [stated(one.value) for one in self.identifiers if one.is_type("MB")]
        return next(filter(None, numbers), None) or stated(self.subscriber_id)

    @fact
    def subscriber(self) -> Party | None:
        """Who signed up for the policy."""
        return party(self.subscriber_reference, self.contained)

    @fact
    def policy_holder(self) -> Party | None:
        """Who owns the policy."""
        return party(self.policy_holder_reference, self.contained)

    @fact
    def beneficiary(self) -> Party | None:
        """Who is covered."""
        return party(self.beneficiary_reference, self.contained)

    @fact
    def patient_id(self) -> str | None:
        """The id of the patient who is covered."""
        return self.beneficiary_reference.target("Patient") if self.beneficiary_reference else None

    @property
    def about(self) -> tuple[str | None, ...]:
        """Also the patients who signed up for it, own it or pay: it prints their names."""
        others = (self.subscriber_reference, self.policy_holder_reference, *self.payors)
        return self.patient_id, *[one.target("Patient") for one in others if one]

    @fact
    def payor_id(self) -> str | None:
        """The id of the Organization that pays first."""
        return self.payors[0].target("Organization") if self.payors else None

    @fact
    def payor_name(self) -> str | None:
        """The payor's name as printed in the coverage, which survives the payor's own record."""
        printed = stated(self.payors[0].display) if self.payors else None
        return printed or (stated(payor.name) if (payor := self.contained_payor) else None)

    @fact
    def contained_payor(self) -> Organization | None:
        """The payor, when it exists only inside this coverage. Its id is "<coverage id>#<its local id>"."""
        local = self.payors[0].local if self.payors else None
        payor = contained(self.contained, local, Organization) if local else None
        return payor and msgspec.structs.replace(payor, id=f"{self.id}#{local}", source=self.source)

    @fact
    def plan_name(self) -> str | None:
        """The plan: its name, else its value (Canvas prints the name as the value)."""
        return class_name(self.classes, "plan")

    @fact
    def subplan(self) -> str | None:
        """The sub-plan's value."""
        return class_value(self.classes, "subplan")

    @fact
    def group_number(self) -> str | None:
        """The employer's group."""
        return class_value(self.classes, "group")

    @fact
    def subgroup(self) -> str | None:
        """The part of the group."""
        return class_value(self.classes, "subgroup")

    @fact
    def rx_bin(self) -> str | None:
        """The pharmacy claims' bank identification number (BIN)."""
        return class_value(self.classes, "rxbin")

    @fact
    def rx_pcn(self) -> str | None:
        """The pharmacy claims' processor control number (PCN)."""
        return class_value(self.classes, "rxpcn")

    @fact
    def rx_group(self) -> str | None:
        """The pharmacy claims' group."""
        return class_value(self.classes, "rxgroup")

    def covers(self, day: date) -> bool:
        """Whether the period holds `day`; one without a period is open. The status is another matter."""
        return self.period is None or self.period.covers(day)
