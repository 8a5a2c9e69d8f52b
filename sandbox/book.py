"""The registration book: people and coverages are written into it one after the other."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypedDict, Unpack

from sandbox.checks import Check, check
from sandbox.enrolment import Dependent, PersonInformation, clinic_id, dependent, person_information
from sandbox.identifiers import DEPENDENT_SYSTEM, ELIGIBILITY_SYSTEM, identifiers, usual_links
from sandbox.ids import Draw, uuid
from sandbox.payors import PAYORS
from sandbox.people import Coverage, Link, Payor, Period, Person, Relative
from sandbox.plans import TIERS

X12 = {
    "self": "18",
    "spouse": "01",
    "child": "19",
    "parent": "32",
    "common": "53",
    "injured": "41",
    "other": "G8",
}
_INSURERS = {f"Organization/{payor.id}": payor for payor in PAYORS}

LONG_PERIOD = Period(start="2024-01-01", end="2099-12-31")


class PersonChanges(TypedDict, total=False):
    """What may be told of a person beyond name, birth date and gender."""

    nickname: str
    text_only: bool
    birth_date: str | None
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
    """Everything registered so far. `number` is the next person's; a person's ids follow from it alone.

    `people`, `informations` and `dependents` go by patient id, `checks` (newest first) by coverage id.
    """

    number: int = 1
    people: dict[str, Person] = field(default_factory=dict)
    relatives: list[Relative] = field(default_factory=list)
    coverages: list[Coverage] = field(default_factory=list)
    informations: dict[str, tuple[PersonInformation, ...]] = field(default_factory=dict)
    dependents: dict[str, tuple[Dependent, ...]] = field(default_factory=dict)
    checks: dict[str, tuple[Check, ...]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def person(
        self,
        given: str,
        family: str,
        birth_text: str,
        gender: str,
        *,
        links: Iterable[str] | None = None,
        **changes: Unpack[PersonChanges],
    ) -> Person:
        """Register a person; several given names are separated by blanks.

        `links` are the systems that know the person; unless told, the number decides.
        """
        number, self.number = self.number, self.number + 1
        person = Person(
            id=uuid("patient", number).hex,
            given=tuple(given.split()),
            family=family,
            birth_date=birth_text,
            birth_text=birth_text,
            gender=gender,
            mrn=str(700_000_000 + number * 7919),
            identifiers=identifiers(number, usual_links(number) if links is None else links),
            phone=f"555{number % 10_000_000:07}",
            email=f"patient{number}@example.org",
        )
        person = self.people[person.id] = replace(person, **changes) if changes else person
        known_as = clinic_id(person)
        self.informations[person.id] = (person_information(person, known_as),) if known_as else ()
        return person

    def relative(self, patient: Person, name: str) -> Relative:
        """Register somebody who is known only as this patient's relative."""
        relative = Relative(id=str(uuid("relative", patient.id, name)), patient=patient.id, name=name)
        self.relatives.append(relative)
        return relative

    def dependent(self, holder: Person, name: str, birth_date: str, relationship: str) -> Dependent | None:
        """Register a dependent ("First Last") with the clinic; None when it does not know the holder."""
        known_as = clinic_id(holder)
        if known_as is None:
            return None
        others = self.dependents.get(holder.id, ())
        first, _, last = name.partition(" ")
        new = dependent(known_as, len(others) + 1, (first, last), birth_date, relationship)
        self.dependents[holder.id] = (*others, new)
        return new

    def enroll(self, holder: Person, member: Person, relationship: str, *, linked: bool = True) -> None:
        """Register a patient as a dependent of the holder; `linked`: Canvas knows which dependent it is."""
        name = f"{member.given[0]} {member.family}"
        new = self.dependent(holder, name, member.birth_date or "", relationship)
        if new and linked:
            known = self.people[member.id]
            linked_to = (DEPENDENT_SYSTEM, str(new.id))
            self.people[member.id] = replace(known, identifiers=(*known.identifiers, linked_to))

    def coverage(
        self, patient: Person, organization: Payor = PAYORS[0], **changes: Unpack[CoverageChanges]
    ) -> Coverage:
        """Register a coverage: unless told otherwise active, the patient's own, of rank 1, until 2099.

        The eligibility service has been asked about most, once or twice.
        """
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
        coverage = replace(coverage, **changes) if changes else coverage
        self.coverages.append(coverage)
        self.check(coverage, Draw("checks", coverage.id).pick((0, 1, 1, 1, 1, 1, 2)))
        return coverage

    def check(self, coverage: Coverage, times: int) -> tuple[Check, ...]:
        """Have the eligibility service asked about it so many times, in place of what was registered.

        Never, when the service does not know the patient or nobody knows the insurer.
        """
        patient = self.people[coverage.beneficiary]
        known_as = patient.known_as(ELIGIBILITY_SYSTEM)
        payor = _INSURERS.get(coverage.payor.reference)
        holder = self.people.get(coverage.subscriber.reference.removeprefix("Patient/"))
        if known_as and payor:
            self.checks[coverage.id] = tuple(
                check(patient, int(known_as), coverage, payor, subscriber=holder, nth=nth)
                for nth in range(times)
            )
        return self.checks.get(coverage.id, ())


def subscriber(person: Person) -> Link:
    """A reference to a patient; Canvas writes no display beside it."""
    return Link(reference=f"Patient/{person.id}", name=person.name)


def insurer(payor: Payor) -> Link:
    """A reference to an insurer, displayed by its name."""
    return Link(reference=f"Organization/{payor.id}", name=payor.name, display=payor.name)


def _member_id(draw: Draw) -> str:
    return f"{draw.pick('ABCDEFGHJK')}{draw.pick('QRSTVWXYZ')}X{draw.below(10**7):07}"


def _classes(draw: Draw, payor: Payor) -> tuple[tuple[str, str], ...]:
    plan = f"{payor.name} {draw.pick(TIERS)}"
    group = f"GRP-{draw.below(9000) + 1000}"
    return (("plan", plan), ("subplan", "Choice"), ("group", group), ("subgroup", "Staff"))[
        :: draw.pick((1, 2))
    ]
