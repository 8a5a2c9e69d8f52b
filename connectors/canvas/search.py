"""Searches as Canvas takes them: what is sought, its parameters, and the check of what came."""

import re
from datetime import date

from connectors.fhir.organization import Organization
from connectors.fhir.patient import CANVAS_MRN, Patient
from connectors.listing import Place
from connectors.names import folded
from connectors.record import Record


class Token(Record, frozen=True, kw_only=True):
    """An identifier: its value, in one system or (None) in any."""

    system: str | None = None
    value: str

    @property
    def text(self) -> str:
        """As a FHIR token search parameter takes it."""
        value = _escaped(self.value)
        return value if self.system is None else f"{_escaped(self.system)}|{value}"


class PatientSearch(Record, frozen=True, kw_only=True):
    """Patients that meet every given criterion, a page of at most `first` from `start`.

    `name` is a part of any of a patient's names, whatever its case and accents.
    """

    name: str | None = None
    birth_date: date | None = None
    identifier: Token | None = None
    mrn: str | None = None
    first: int
    start: Place

    @property
    def token(self) -> Token | None:
        """The one identifier that Canvas is asked for; the other, if any, is checked here."""
        return self.identifier or (Token(system=CANVAS_MRN, value=self.mrn) if self.mrn else None)

    @property
    def params(self) -> dict[str, str]:
        """Canvas's search parameters for it (Canvas: Patient search)."""
        sought = {
            "name": self.name,
            "birthdate": self.birth_date and self.birth_date.isoformat(),
            "identifier": self.token and self.token.text,
        }
        return {parameter: value for parameter, value in sought.items() if value}

    def matches(self, patient: Patient) -> bool:
        """Whether a patient that came is one that was sought."""
        return (
            (not self.name or _part_of_a_name(self.name, patient))
            and (self.birth_date is None or patient.birth_date == self.birth_date)
            and (self.identifier is None or _identified(self.identifier, patient))
            and (not self.mrn or patient.mrn == self.mrn)
        )


class OrganizationSearch(Record, frozen=True, kw_only=True):
    """Organizations with `name` as a part of theirs, a page of at most `first` from `start`."""

    name: str
    first: int
    start: Place

    def matches(self, organization: Organization) -> bool:
        """Whether an organization that came is one that was sought."""
        return folded(self.name) in folded(organization.name or "")


def _escaped(text: str) -> str:
    """Text in which nothing separates: FHIR R4 search, 3.1.1.4.4."""
    return re.sub(r"[\\,|$]", r"\\\g<0>", text)


def _identified(token: Token, patient: Patient) -> bool:
    return any(one.value == token.value and token.system in (None, one.system) for one in patient.identifiers)


def _part_of_a_name(sought: str, patient: Patient) -> bool:
    names = folded(" ".join(name.text or "" for name in patient.names))
    return all(part in names for part in folded(sought).split())
