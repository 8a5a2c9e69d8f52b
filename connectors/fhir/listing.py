"""What a search found: all of it, or a part with the place where it goes on."""

from typing import Generic, TypeVar

from connectors.fhir.place import Place
from connectors.record import Record

N = TypeVar("N")


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
