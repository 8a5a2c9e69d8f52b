"""Everybody in the sandbox: the named cases first, then ordinary families up to the number asked for."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from sandbox.book import Book
from sandbox.cases import CASES, People
from sandbox.cases_r4 import CASES_R4
from sandbox.facts import Facts, facts
from sandbox.families import family
from sandbox.payors import PAYORS
from sandbox.people import Case, Coverage, Payor, Person, Relative

PeopleMode = Literal["canvas", "plain-r4"]

# Registration numbers, from which ids follow: a new case moves nobody else.
_FIRST_R4 = 501
_FIRST_FAMILY = 1001


@dataclass(frozen=True, kw_only=True)
class Population:
    """The people, their coverages in creation order, and the cases among them."""

    mode: PeopleMode
    payors: tuple[Payor, ...]
    people: tuple[Person, ...]
    relatives: tuple[Relative, ...]
    coverages: tuple[Coverage, ...]
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

    def case(self, name: str) -> Case:
        """The case of that name; KeyError when there is none."""
        return {case.name: case for case in self.cases}[name]

    def facts(self, patient_id: str) -> Facts:
        """What a right answer about this patient says, in the words of the graph; KeyError for a stranger.

        It is told from the people, not from the wire. It holds in each mode, until somebody writes.
        """
        return facts(self.by_id[patient_id], self.coverages_of.get(patient_id, ()))


def population(count: int = 200, *, mode: PeopleMode = "canvas") -> Population:
    """So many people, always the same ones; more people leave the first ones as they are.

    The named cases are always all there, however small `count` is. The mode `plain-r4` knows further cases.
    """
    book = Book()
    cases = _cases(book, CASES)
    if mode == "plain-r4":
        book.number = _FIRST_R4
        cases += _cases(book, CASES_R4)
    count = max(count, len(book.people))
    _fill(book, count)
    return Population(
        mode=mode,
        payors=PAYORS,
        people=tuple(book.people[:count]),
        relatives=tuple(book.relatives),
        coverages=tuple(_coverages_of(book.coverages, book.people[count:])),
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


def _coverages_of(coverages: list[Coverage], dropped: list[Person]) -> Iterable[Coverage]:
    """All but those of the people who did not fit in; nobody else's refer to them."""
    gone = {person.id for person in dropped}
    return (coverage for coverage in coverages if coverage.beneficiary not in gone)
