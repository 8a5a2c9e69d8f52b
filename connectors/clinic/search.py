"""A part of one of the clinic's lists: how much is sought, from where, and what was taken of its pages."""

from typing import Generic, NamedTuple, TypeVar

from connectors.clinic.envelope import Page
from connectors.clinic.records import ClinicRecord
from connectors.errors import InvalidKey
from connectors.listing import OFFSET, Found, Place, SearchPage
from connectors.record import Record

R = TypeVar("R", bound=ClinicRecord)

PAGE_SIZE = 100


class Position(NamedTuple):
    """Behind the first `passed` records of a page. Pages count from 1 and are asked for in PAGE_SIZE."""

    number: int = 1
    passed: int = 0

    @property
    def place(self) -> Place:
        """The position as a cursor carries it.

        `_offset` counts in whole pages of PAGE_SIZE: it holds also where the clinic makes them smaller.
        """
        return Place(paging=((OFFSET, str((self.number - 1) * PAGE_SIZE)),), passed=self.passed)


class PageSearch(Record, frozen=True, kw_only=True):
    """The next `first` (at least 1) records of a list from `start` on."""

    first: int
    start: Place = Place()

    @property
    def position(self) -> Position:
        """Where it begins. Raises InvalidKey for a place that is none of these lists'."""
        paging = {name for name, _ in self.start.checked().paging}
        number, rest = divmod(self.start.offset, PAGE_SIZE)
        if rest or paging - {OFFSET}:
            raise InvalidKey("The cursor is not one of this list.")
        return Position(number + 1, self.start.passed)


class Window(Generic[R]):
    """Takes the first `first` records, one page after the other; the first of those with one id."""

    def __init__(self, first: int) -> None:
        self._first = first
        self._found: list[Found[R]] = []
        self._seen: set[str] = set()
        self._total: int | None = None
        self._bad_entries = 0

    @property
    def _full(self) -> bool:
        return len(self._found) >= self._first

    def take(self, page: Page[R], here: Position) -> bool:
        """Takes what lies behind `here` on its page. False when there is no room for more, and more."""
        self._total = page.pagination.total_count if page.pagination else None
        self._bad_entries += page.bad_entries
        for passed, record in enumerate(page.records, 1):
            if record.id in self._seen:
                continue
            if passed > here.passed:
                if self._full:
                    return False
                at_end = passed == len(page.records) and page.promises_more
                after = Position(here.number + 1) if at_end else here._replace(passed=passed)
                self._found.append(Found(record=record, after=after.place))
            self._seen.add(record.id)
        return not (self._full and page.promises_more)

    def result(self, *, more: bool) -> SearchPage[R]:
        """What was taken, and where it goes on."""
        after = self._found[-1].after if self._found else None
        return SearchPage(
            found=tuple(self._found),
            more=more,
            total=self._total,
            bad_entries=self._bad_entries,
            after=after,
        )
