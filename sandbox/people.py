"""What the sandbox knows about its synthetic people, before any upstream's spelling of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Payor:
    """An insurer. `claim_md` is its payer id at Canvas's clearinghouse, which an Organization never shows."""

    id: str
    name: str
    claim_md: str
    city: str
    state: str
    postal_code: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A patient of the clinic.

    `birth_date` is the whole date (`YYYY-MM-DD`), None when only a part is known; `birth_text` is as written.
    `text_only`: the name is known as one text. `identifiers` are (system, value) at other systems.
    """

    id: str
    given: tuple[str, ...]
    family: str
    nickname: str | None = None
    text_only: bool = False
    birth_date: str | None
    birth_text: str
    gender: str
    mrn: str
    identifiers: tuple[tuple[str, str], ...]
    phone: str
    email: str
    active: bool = True

    @property
    def name(self) -> str:
        """The official name, as one text."""
        return " ".join((*self.given, self.family))

    def known_as(self, system: str) -> str | None:
        """The identifier in that system."""
        return dict(self.identifiers).get(system)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """Somebody who is known only through a patient (FHIR RelatedPerson)."""

    id: str
    patient: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A reference as it is written, with the name of whom it leads to; no name: it leads to nobody here."""

    reference: str
    name: str | None
    display: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days of a coverage (`YYYY-MM-DD`, both inclusive), and how they were written where that differs."""

    start: str | None
    end: str | None = None
    start_text: str | None = None
    end_text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """A coverage of one patient. Codes are FHIR's, `x12` is X12 element 1069, `classes` are (code, value)."""

    id: str
    status: str
    type: str
    member_id: str
    beneficiary: str
    subscriber: Link
    relationship: str
    x12: str | None
    period: Period | None
    order: int
    payor: Link
    classes: tuple[tuple[str, str], ...]
    absolute: bool = False

    def class_value(self, code: str) -> str | None:
        """The value of the class of that code."""
        return dict(self.classes).get(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Patients made so that something interesting exists, with the sentence that says what."""

    name: str
    sentence: str
    patient_ids: tuple[str, ...]
