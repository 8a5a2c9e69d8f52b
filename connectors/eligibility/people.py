"""The people of a check: the patient and the provider as they were asked about, the subscriber as told."""

from datetime import date

import msgspec

from connectors.eligibility.codes import PatientRelation, recognized
from connectors.fhir.dates import whole_day
from connectors.record import Record


class PatientAsSent(Record, frozen=True, kw_only=True):
    """The patient as the payer was asked about: perhaps not as the EHR knows the patient today."""

    first_name: str | None = None
    last_name: str | None = None
    date_of_birth_text: str | None = None
    relation_raw: str | None = None

    @property
    def date_of_birth(self) -> date | None:
        """The day of birth; None when not told or unreadable."""
        return whole_day(self.date_of_birth_text)

    @property
    def relation(self) -> PatientRelation:
        """The relationship to the subscriber."""
        return recognized(self.relation_raw, PatientRelation.UNRECOGNIZED)


class Provider(Record, frozen=True, kw_only=True):
    """The rendering provider, by National Provider Identifier and name."""

    npi: str | None = None
    first_name: str | None = None
    last_name: str | None = None


class CheckedSubscriber(Record, frozen=True, kw_only=True):
    """The subscriber as the payer knows them: seed 004's Subscriber Details. `sex` is the payer's word."""

    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    sex: str | None = None
    date_of_birth_text: str | None = msgspec.field(default=None, name="date_of_birth")
    address_line: str | None = None
    city: str | None = None
    state: str | None = None
    zip_code: str | None = None

    @property
    def date_of_birth(self) -> date | None:
        """The day of birth; None when not told or unreadable."""
        return whole_day(self.date_of_birth_text)
