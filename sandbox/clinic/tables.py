"""The clinic's rows, and what its lists can be filtered by (clinic insurances API: Query Parameters)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from sandbox.clinic import wire
from sandbox.enrolment import clinic_id
from sandbox.plans import PLANS
from sandbox.population import Population

Row = dict[str, Any]
Filters = Mapping[str, Callable[[Row], str]]

PERSON_INFORMATION_FILTERS: Filters = {"patient_id": lambda row: str(row["ownable_id"])}
DEPENDENT_FILTERS: Filters = {"primary_holder_id": lambda row: str(row["primary_holder_id"])}
PLAN_FILTERS: Filters = {
    "plan_type": lambda row: str(row["plan_type"]),
    "carrier": lambda row: str(row["carrier"]),
    "active": lambda row: str(row["active"]).lower(),
}


class Table:
    """Rows in the order in which they were added, found by the exact text of a filter."""

    def __init__(self, filters: Filters, rows: Iterable[Row] = ()) -> None:
        self.filters = filters
        self._rows: dict[int, Row] = {}
        self._found: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in rows:
            self.add(row)

    def add(self, row: Row) -> None:
        """Keep a row of a new id."""
        self._rows[row["id"]] = row
        for name, value in self.filters.items():
            self._found[name, value(row)].append(row)

    def next_id(self) -> int:
        """An id that no row has."""
        return max(self._rows, default=0) + 1

    def get(self, id_: int) -> Row | None:
        """The row of that id."""
        return self._rows.get(id_)

    def search(self, wanted: Mapping[str, str]) -> list[Row]:
        """The rows that match each filter."""
        if not wanted:
            return list(self._rows.values())
        first, *others = wanted.items()
        rows = self._found.get(first, ())
        return [row for row in rows if all(self.filters[name](row) == value for name, value in others)]


class Tables(NamedTuple):
    """The three tables, and the ids of the patients that rows may belong to."""

    person_informations: Table
    dependents: Table
    plans: Table
    patients: frozenset[int]


def filled(people: Population) -> Tables:
    """Everybody whom the clinic knows."""
    informations = (row for person in people.people for row in people.informations.get(person.id, ()))
    dependents = (row for person in people.people for row in people.dependents.get(person.id, ()))
    return Tables(
        Table(PERSON_INFORMATION_FILTERS, map(wire.person_information, informations)),
        Table(DEPENDENT_FILTERS, map(wire.dependent, dependents)),
        Table(PLAN_FILTERS, map(wire.plan, PLANS)),
        frozenset(id_ for person in people.people if (id_ := clinic_id(person))),
    )
