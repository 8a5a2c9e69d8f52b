"""A part of a search's matches, cut out of the upstream's pages, which have sizes of their own."""

from collections.abc import Callable
from typing import Generic, TypeVar

from connectors.fhir.place import onward
from connectors.fhir.reader import Page
from connectors.fhir.resource import Resource
from connectors.listing import Found, Place, SearchPage

R = TypeVar("R", bound=Resource)


class Window(Generic[R]):
    """Takes the first `first` matches behind `start`, one page after the other."""

    def __init__(self, matches: Callable[[R], bool], first: int, start: Place) -> None:
        self._matches = matches
        self._first = first
        self._start = start
        self._found: dict[str, Found[R]] = {}
        self._dropped = False
        self._total: int | None = None
        self._bad_entries = 0

    @property
    def full(self) -> bool:
        """Whether there is no room for another match."""
        return len(self._found) >= self._first

    def take(self, page: Page[R], here: Place) -> bool:
        """Takes what matches from the page that begins `here`. False when a match found no room."""
        self._total = page.total if self._total is None else self._total
        self._bad_entries += page.bad_entries
        passed = self._start.passed if here.paging == self._start.paging else 0
        end = len(page.records)
        return all(
            self._admit(record, onward(here, number, page.next_link if number == end else None))
            for number, record in enumerate(page.records, 1)
            if here.passed + number > passed
        )

    def result(self, *, more: bool, end: Place | None = None) -> SearchPage[R]:
        """What was taken. `end`: all before it has been seen, so that the search goes on there."""
        found = list(self._found.values())
        if found and end:
            found[-1] = Found(record=found[-1].record, after=end)
        return SearchPage(
            found=tuple(found),
            more=more,
            total=None if self._dropped else self._total,
            bad_entries=self._bad_entries,
            after=found[-1].after if found else end,
        )

    def _admit(self, record: R, after: Place) -> bool:
        if not self._matches(record):
            self._dropped = True
        elif record.id not in self._found:
            if self.full:
                return False
            self._found[record.id] = Found(record=record, after=after)
        return True
