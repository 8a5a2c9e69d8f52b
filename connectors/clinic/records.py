"""The clinic's records over the wire. Only `id` is required; the graph reads the properties (seed 002)."""

import enum
from datetime import date, datetime

import msgspec

from connectors.clinic.coverage_details import CoverageDetails, coverage_details
from connectors.clinic.wire import WireId, id_text, instant, masked
from connectors.fact import fact
from connectors.fhir import dates
from connectors.fhir.datatypes import stated
from connectors.record import Record, Sourced


class ClinicRecord(Sourced, frozen=True, kw_only=True):
    """What every row of the clinic has. Its id is unique within its list."""

    wire_id: WireId = msgspec.field(name="id")
    created_text: str | None = msgspec.field(default=None, name="created_at")
    updated_text: str | None = msgspec.field(default=None, name="updated_at")

    @property
    def id(self) -> str:
        """The integer, as text."""
        return id_text(self.wire_id)

    @property
    def created_at(self) -> datetime | None:
        """When the clinic first knew it."""
        return instant(self.created_text)

    @property
    def updated_at(self) -> datetime | None:
        """When the clinic last changed it."""
        return instant(self.updated_text)


class Person(ClinicRecord, frozen=True, kw_only=True):
    """Somebody's name, birth and social security number. The number is masked before anybody can read it."""

    first_name: str | None = None
    last_name: str | None = None
    date_of_birth_text: str | None = msgspec.field(default=None, name="date_of_birth")
    ssn: str | int | None = None

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "ssn", masked(self.ssn))

    @property
    def date_of_birth(self) -> date | None:
        """The day; None when it is not one whole day."""
        return dates.whole_day(self.date_of_birth_text)

    @property
    def ssn_masked(self) -> str | None:
        """`***-**-NNNN`, whatever the clinic sent; `***-**-****` when the last four digits are not known."""
        return masked(self.ssn)


class Ownable(Record, frozen=True, kw_only=True):
    """Whom a person's information is about: a kind of the clinic's, mostly "Patient", and the id there."""

    type: str
    id: str


class PersonInformation(Person, frozen=True, kw_only=True):
    """Who a patient is to their insurers. A patient may have several: the newest counts."""

    ownable_id: WireId | None = None
    ownable_type: str | None = None
    phone: str | None = None
    email: str | None = None

    @property
    def ownable(self) -> Ownable | None:
        """Whom it is about; None unless both the kind and the id are told."""
        if self.ownable_id is None or not self.ownable_type:
            return None
        return Ownable(type=self.ownable_type, id=id_text(self.ownable_id))

    @property
    def about(self) -> tuple[str | None, ...]:
        """The clinic's patient who has it."""
        return (self.ownable.id if self.ownable and self.ownable.type == "Patient" else None,)


class DependentRelationshipCode(enum.Enum):
    """The clinic's relationships of a dependent to the holder. OTHER is one of them, UNRECOGNIZED is not."""

    SPOUSE = "SPOUSE"
    CHILD = "CHILD"
    PARENT = "PARENT"
    OTHER = "OTHER"
    UNRECOGNIZED = "UNRECOGNIZED"


class DependentRelationship(Record, frozen=True, kw_only=True):
    """What the dependent is to the holder: the code, and the word as sent."""

    code: DependentRelationshipCode
    raw: str


_CODES = {code.value: code for code in DependentRelationshipCode}
_AS_DOCUMENTED = {
    code.value.lower(): DependentRelationship(code=code, raw=code.value.lower())
    for code in DependentRelationshipCode
}


def as_dependent(dependent_id: str) -> str:
    """The dependent of this id, where a patient's id is expected: the clinic counts both from 1."""
    return f"dependent {dependent_id}"


class Dependent(Person, frozen=True, kw_only=True):
    """Somebody insured through another, the primary holder. A row of its own, not a patient."""

    primary_holder_id: WireId | None = None
    relationship_text: str | None = msgspec.field(default=None, name="relationship")

    @property
    def holder_id(self) -> str | None:
        """The clinic's patient id of the primary holder."""
        return None if self.primary_holder_id is None else id_text(self.primary_holder_id)

    @property
    def about(self) -> tuple[str | None, ...]:
        """The primary holder, and the dependent, who may be a patient of the EHR."""
        return self.holder_id, as_dependent(self.id)

    @property
    def relationship(self) -> DependentRelationship | None:
        """What the dependent is to the holder; None where nothing is said."""
        told = _AS_DOCUMENTED.get(self.relationship_text or "")
        return told or _relationship(stated(self.relationship_text))


def _relationship(raw: str | None) -> DependentRelationship | None:
    if raw is None:
        return None
    code = _CODES.get(raw.upper(), DependentRelationshipCode.UNRECOGNIZED)
    return DependentRelationship(code=code, raw=raw)


class InsurancePlan(ClinicRecord, frozen=True, kw_only=True, dict=True, gc=True):
    """A plan of the clinic's catalogue. No person is linked to one; `carrier` is free text."""

    plan_name: str | None = None
    carrier: str | None = None
    plan_type: str | None = None
    active: bool | None = None
    details_as_sent: dict[str, msgspec.Raw] | None = msgspec.field(default=None, name="coverage_details")

    def __post_init__(self) -> None:
        if self.details_as_sent is not None:
            coverage_details(self.details_as_sent)  # whatever is wrong with it is wrong now
            # A Raw is a view that would keep the whole answer it came in alive.
            copies = {key: raw.copy() for key, raw in self.details_as_sent.items()}
            msgspec.structs.force_setattr(self, "details_as_sent", copies)

    @fact
    def coverage_details(self) -> CoverageDetails | None:
        """What the plan pays; None where nothing is said."""
        return None if self.details_as_sent is None else coverage_details(self.details_as_sent)
