"""Everybody in the sandbox: the named cases first, then ordinary families up to the number asked for."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import Literal

from sandbox.book import Book
from sandbox.cases import CASES, People
from sandbox.cases_insurance import CASES_INSURANCE
from sandbox.cases_r4 import CASES_R4
from sandbox.checks import Check
from sandbox.enrolment import Dependent, PersonInformation, clinic_id
from sandbox.facts import CoverageFacts, Facts, coverage_facts, facts
from sandbox.facts_clinic import dependent_facts, person_information_facts
from sandbox.families import family
from sandbox.identifiers import DEPENDENT_SYSTEM, ELIGIBILITY_SYSTEM
from sandbox.payors import PAYORS
from sandbox.people import Case, Coverage, Payor, Person, Relative

PeopleMode = Literal["canvas", "plain-r4"]

# Registration numbers, from which ids follow: a new case moves nobody else.
_FIRST_INSURANCE = 101
_FIRST_R4 = 501
_FIRST_FAMILY = 1001


@dataclass(frozen=True, kw_only=True)
class Population:
    """The people, their coverages in creation order, and the cases among them.

    `informations` and `dependents` (at the clinic) go by patient id, `checks` (newest first) by coverage id.
    """

    mode: PeopleMode
    payors: tuple[Payor, ...]
    people: tuple[Person, ...]
    relatives: tuple[Relative, ...]
    coverages: tuple[Coverage, ...]
    informations: Mapping[str, tuple[PersonInformation, ...]]
    dependents: Mapping[str, tuple[Dependent, ...]]
    checks: Mapping[str, tuple[Check, ...]]
    cases: tuple[Case, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Person]:
        """The people by their Canvas patient id."""
        return {person.id: person for person in self.people}

    @cached_property
    def coverages_of(self) -> Mapping[str, Sequence[Coverage]]:
        """The coverages by their beneficiary's patient id, in creation order."""
        found: defaultdict[str, list[Coverage]] = defaultdict(list)
        for coverage in self.coverages:
            found[coverage.beneficiary].append(coverage)
        return dict(found)

    @cached_property
    def enquiries(self) -> Mapping[tuple[int, str], Sequence[Check]]:
        """The checks by the eligibility service's patient id and the member number, newest first."""
        found: defaultdict[tuple[int, str], list[Check]] = defaultdict(list)
        for check in chain.from_iterable(self.checks.values()):
            found[check.patient, check.member_id].append(check)
        return {key: sorted(them, key=lambda it: it.timestamp, reverse=True) for key, them in found.items()}

    @cached_property
    def _patients(self) -> Mapping[int, str]:
        """Patient ids by the dependent that the patient is linked to."""
        known = ((person.known_as(DEPENDENT_SYSTEM), person.id) for person in self.people)
        return {int(dependent): id_ for dependent, id_ in known if dependent}

    def case(self, name: str) -> Case:
        """The case of that name; KeyError when there is none."""
        return {case.name: case for case in self.cases}[name]

    def facts(self, patient_id: str) -> Facts:
        """What a right answer about this patient says, in the words of the graph; KeyError for a stranger.

        It is told from the people, not from the wire. It holds in each mode, until somebody writes.
        """
        person = self.by_id[patient_id]
        dependents = (
            dependent_facts(it, self._patients)
            for it in sorted(self.dependents.get(patient_id, ()), key=lambda it: it.id)
        )
        return facts(
            person,
            person_information_facts(self.informations.get(patient_id, ())),
            list(dependents) if clinic_id(person) else None,
            (self._coverage_facts(person, it) for it in self.coverages_of.get(patient_id, ())),
        )

    def _coverage_facts(self, person: Person, coverage: Coverage) -> CoverageFacts:
        known_as = int(person.known_as(ELIGIBILITY_SYSTEM) or 0)
        enquiries = self.enquiries.get((known_as, coverage.member_id), ())
        return coverage_facts(coverage, next(iter(enquiries), None))


def population(count: int = 200, *, mode: PeopleMode = "canvas") -> Population:
    """So many people, always the same ones; more people leave the first ones as they are.

    The named cases are always all there, however small `count` is. The mode `plain-r4` knows further cases.
    """
    book = Book()
    cases = _cases(book, CASES)
    book.number = _FIRST_INSURANCE
    cases += _cases(book, CASES_INSURANCE)
    if mode == "plain-r4":
        book.number = _FIRST_R4
        cases += _cases(book, CASES_R4)
    count = max(count, len(book.people))
    _fill(book, count)
    people = tuple(islice(book.people.values(), count))
    coverages = tuple(_coverages_of(book.coverages, {person.id for person in people}))
    return Population(
        mode=mode,
        payors=PAYORS,
        people=people,
        relatives=tuple(book.relatives),
        coverages=coverages,
        informations={it.id: book.informations[it.id] for it in people if book.informations[it.id]},
        dependents={it.id: book.dependents[it.id] for it in people if it.id in book.dependents},
        checks={it.id: book.checks[it.id] for it in coverages if book.checks.get(it.id)},
        cases=tuple(cases),
    )


def _cases(book: Book, functions: Iterable[Callable[[Book], People]]) -> list[Case]:
    return [_case(function, function(book)) for function in functions]


def _case(function: Callable[[Book], People], people: People) -> Case:
    name = function.__name__.replace("_", "-")
    return Case(name=name, sentence=function.__doc__ or "", patient_ids=tuple(person.id for person in people))


def _fill(book: Book, count: int) -> None:
    book.number = _FIRST_FAMILY
    number = 0
    while len(book.people) < count:
        family(book, number)
        number += 1


def _coverages_of(coverages: Iterable[Coverage], ids: set[str]) -> Iterable[Coverage]:
    """Those of these people; nobody else's refer to people who did not fit in."""
    return (coverage for coverage in coverages if coverage.beneficiary in ids)
