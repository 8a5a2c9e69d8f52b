"""What the clinic's back office has on file about people: person informations and dependents."""

from dataclasses import dataclass

from sandbox.identifiers import CLINIC_SYSTEM
from sandbox.ids import Draw
from sandbox.people import Person

_NEVER_GIVEN = 7  # every so many people gave no SSN, phone or e-mail address


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInformation:
    """A person information. `ownable_id` is the clinic's id of the patient; instants are UTC, as written."""

    id: int
    ownable_id: int
    first_name: str
    last_name: str
    birth_date: str
    ssn: str | None
    phone: str | None
    email: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependent:
    """Somebody on a patient's insurance. `primary_holder_id` is the clinic's id of that patient."""

    id: int
    primary_holder_id: int
    first_name: str
    last_name: str
    birth_date: str
    relationship: str
    ssn: str | None
    created_at: str


def clinic_id(person: Person) -> int | None:
    """What the clinic calls the patient."""
    text = person.known_as(CLINIC_SYSTEM)
    return int(text) if text else None


def person_information(person: Person, id_: int) -> PersonInformation:
    """What the clinic has on file about a patient of that clinic id: usually what Canvas says."""
    draw = Draw("person information", id_)
    created = _instant(draw, 2024)
    return PersonInformation(
        id=id_ * 10,
        ownable_id=id_,
        first_name=person.given[0],
        last_name=person.family,
        birth_date=person.birth_date or f"{person.birth_text}-01",
        ssn=_ssn(draw),
        phone=_sometimes(draw, f"+1-{person.phone[:3]}-{person.phone[3:6]}-{person.phone[6:]}"),
        email=_sometimes(draw, person.email),
        created_at=created,
        updated_at=draw.pick((created, _instant(draw, 2025))),
    )


def dependent(holder: int, nth: int, name: tuple[str, str], birth_date: str, relationship: str) -> Dependent:
    """The dependent of that number of a holder; the first is 1. `name` is first and last name."""
    draw = Draw("dependent", holder, nth)
    return Dependent(
        id=holder * 10 + nth,
        primary_holder_id=holder,
        first_name=name[0],
        last_name=name[1],
        birth_date=birth_date,
        relationship=relationship,
        ssn=_ssn(draw),
        created_at=_instant(draw, 2025),
    )


def masked(ssn: str | None) -> str | None:
    """A social security number as the clinic shows it."""
    return f"***-**-{ssn[-4:]}" if ssn else None


def _ssn(draw: Draw) -> str | None:
    # No real number begins with 000.
    return _sometimes(draw, f"000-{draw.below(99) + 1:02}-{draw.below(9999) + 1:04}")


def _sometimes(draw: Draw, text: str) -> str | None:
    return text if draw.below(_NEVER_GIVEN) else None


def _instant(draw: Draw, year: int) -> str:
    date = f"{year}-{draw.below(12) + 1:02}-{draw.below(28) + 1:02}"
    return f"{date}T{draw.below(10) + 8:02}:{draw.below(60):02}:00.000Z"
