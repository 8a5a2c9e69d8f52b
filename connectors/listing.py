"""What a search found, whichever upstream's: all of it, or a part with the place where it goes on."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from connectors.errors import InvalidKey
from connectors.record import Record, Sourced

N = TypeVar("N")

COUNT, OFFSET = "_count", "_offset"
_MOST_DIGITS = 9


class Place(Record, frozen=True, kw_only=True):
    """A page, as `paging` asks for it, and how many of its records have been passed. Default: the start.

    Paging parameters only, so that a cursor made of it carries no URL and no search term.
    """

    paging: tuple[tuple[str, str], ...] = ()
    passed: int = 0

    @property
    def offset(self) -> int:
        """How many records lie before the page."""
        return int(dict(self.paging).get(OFFSET, "0"))

    def checked(self) -> "Place":
        """Itself, unless it cannot be one of ours: a client holds it in between. Raises InvalidKey then."""
        if self.passed < 0 or not all(is_paging(name, value) for name, value in self.paging):
            raise InvalidKey("The cursor is not one of this search.")
        return self


class Listing(Record, Generic[N], frozen=True, kw_only=True):
    """Everything that a search found, without repeats, and how many entries could not be read."""

    items: tuple[N, ...]
    bad_entries: int = 0


class Found(Record, Generic[N], frozen=True, kw_only=True):
    """A record, and the place behind it."""

    record: N
    after: Place


class SearchPage(Record, Generic[N], frozen=True, kw_only=True):
    """A part of what a search finds. `total` is None when the upstream's count is not of what was sought.

    `after` is where it goes on when there is `more`, which may be although nothing was found so far.
    """

    found: tuple[Found[N], ...]
    more: bool
    total: int | None
    bad_entries: int = 0
    after: Place | None = None


def records(answer: object) -> Sequence[Sourced]:
    """The records of an answer, whichever form it has: one, a list of them, or a part of a list."""
    if isinstance(answer, SearchPage):
        return [one.record for one in answer.found]
    items: tuple[Sourced, ...] = getattr(answer, "items", ())
    return (answer, *items) if isinstance(answer, Sourced) else items


def is_paging(name: str, value: str) -> bool:
    """Whether this is a paging parameter and a value that it can have."""
    return name in {COUNT, OFFSET} and value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
