"""The registration book: people and coverages are written into it one after the other."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TypedDict, Unpack

from sandbox.ids import Draw, uuid
from sandbox.payors import PAYORS
from sandbox.people import Coverage, Link, Payor, Period, Person, Relative

CLINIC_SYSTEM = "urn:clinic:patient"
ELIGIBILITY_SYSTEM = "urn:eligibility:patient"
CLINIK_SYSTEM = "urn:clinikapi:patient"

X12 = {
    "self": "18",
    "spouse": "01",
    "child": "19",
    "parent": "32",
    "common": "53",
    "injured": "41",
    "other": "G8",
}
_UNLINKED = 9
_NOT_AT_CLINIK = 5

LONG_PERIOD = Period(start="2024-01-01", end="2099-12-31")


class PersonChanges(TypedDict, total=False):
    """What may be told of a person beyond name, birth date and gender."""

    nickname: str
    text_only: bool
    birth_date: str | None
    identifiers: tuple[tuple[str, str], ...]
    active: bool


class CoverageChanges(TypedDict, total=False):
    """What may be told of a coverage beyond whose and which insurer's it is."""

    status: str
    type: str
    member_id: str
    subscriber: Link
    relationship: str
    x12: str | None
    period: Period | None
    order: int
    payor: Link
    classes: tuple[tuple[str, str], ...]
    absolute: bool


@dataclass
class Book:
    """Everything registered so far. `number` is the next person's; a person's ids follow from it alone."""

    number: int = 1
    people: list[Person] = field(default_factory=list)
    relatives: list[Relative] = field(default_factory=list)
    coverages: list[Coverage] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def person(
        self, given: str, family: str, birth_text: str, gender: str, **changes: Unpack[PersonChanges]
    ) -> Person:
        """Register a person; several given names are separated by blanks."""
        number, self.number = self.number, self.number + 1
        person = Person(
            id=uuid("patient", number).hex,
            given=tuple(given.split()),
            family=family,
            birth_date=birth_text,
            birth_text=birth_text,
            gender=gender,
            mrn=str(700_000_000 + number * 7919),
            identifiers=_identifiers(number),
            phone=f"555{number % 10_000_000:07}",
            email=f"patient{number}@example.org",
        )
        self.people.append(replace(person, **changes) if changes else person)
        return self.people[-1]

    def relative(self, patient: Person, name: str) -> Relative:
        """Register somebody who is known only as this patient's relative."""
        relative = Relative(id=str(uuid("relative", patient.id, name)), patient=patient.id, name=name)
        self.relatives.append(relative)
        return relative

    def coverage(
        self, patient: Person, organization: Payor = PAYORS[0], **changes: Unpack[CoverageChanges]
    ) -> Coverage:
        """Register a coverage: unless told otherwise active, the patient's own, of rank 1, until 2099."""
        nth = self.counts[patient.id] = self.counts[patient.id] + 1
        relationship = changes.get("relationship", "self")
        coverage = Coverage(
            id=str(uuid("coverage", patient.id, nth)),
            status="active",
            type="PPO",
            member_id=_member_id(Draw("member", patient.id, nth)),
            beneficiary=patient.id,
            subscriber=subscriber(patient),
            relationship=relationship,
            x12=X12.get(relationship),
            period=LONG_PERIOD,
            order=1,
            payor=insurer(organization),
            classes=_classes(Draw("classes", patient.id, nth), organization),
        )
        self.coverages.append(replace(coverage, **changes) if changes else coverage)
        return self.coverages[-1]


def subscriber(person: Person) -> Link:
    """A reference to a patient; Canvas writes no display beside it."""
    return Link(reference=f"Patient/{person.id}", name=person.name)


def insurer(payor: Payor) -> Link:
    """A reference to an insurer, displayed by its name."""
    return Link(reference=f"Organization/{payor.id}", name=payor.name, display=payor.name)


def _identifiers(number: int) -> tuple[tuple[str, str], ...]:
    """Most people are known at the other systems too; every ninth at none, every fifth not at ClinikAPI."""
    if number % _UNLINKED == 0:
        return ()
    clinic = (CLINIC_SYSTEM, str(1000 + number))
    eligibility = (ELIGIBILITY_SYSTEM, str(880_000 + number))
    clinik = (CLINIK_SYSTEM, f"pt_{uuid('clinik', number).hex[:8]}")
    return (clinic, eligibility) if number % _NOT_AT_CLINIK == 0 else (clinic, eligibility, clinik)


def _member_id(draw: Draw) -> str:
    return f"{draw.pick('ABCDEFGHJK')}{draw.pick('QRSTVWXYZ')}X{draw.below(10**7):07}"


def _classes(draw: Draw, payor: Payor) -> tuple[tuple[str, str], ...]:
    plan = f"{payor.name} {draw.pick(('Bronze', 'Silver', 'Gold', 'Platinum'))}"
    group = f"GRP-{draw.below(9000) + 1000}"
    return (("plan", plan), ("subplan", "Choice"), ("group", group), ("subgroup", "Staff"))[
        :: draw.pick((1, 2))
    ]
