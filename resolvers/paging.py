"""Connections: pages of a list, and cursors that say where the next one begins."""

import base64
import hashlib
from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec

from connectors.errors import InvalidKey
from connectors.listing import Listing, Place, SearchPage
from connectors.record import Record
from resolvers.arguments import Paged

N = TypeVar("N")

MOST = 100
BEGINNING = Place()


class Bookmark(Record, frozen=True, kw_only=True):
    """What a cursor holds: a place, and a digest of the question whose list it is in."""

    list: str
    place: Place


class Edge(Record, Generic[N], frozen=True, kw_only=True):
    """A record with the place behind it."""

    cursor: str
    node: N


class PageInfo(Record, frozen=True, kw_only=True):
    """Where this page lies in its list."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


class Connection(Record, Generic[N], frozen=True, kw_only=True):
    """A page. `total_count` is None where nobody knows it."""

    edges: tuple[Edge[N], ...]
    has_next_page: bool
    has_previous_page: bool
    total_count: int | None
    end_cursor: str | None

    @property
    def nodes(self) -> tuple[N, ...]:
        """The records without their cursors."""
        return tuple(edge.node for edge in self.edges)

    @property
    def page_info(self) -> PageInfo:
        """As Relay's cursor connections have it."""
        return PageInfo(
            has_next_page=self.has_next_page,
            has_previous_page=self.has_previous_page,
            start_cursor=self.edges[0].cursor if self.edges else None,
            end_cursor=self.end_cursor,
        )


def size(paged: Paged) -> int:
    """How many records are asked for. Raises InvalidKey outside 1 to 100."""
    first = 20 if paged.first is None else paged.first
    if not 1 <= first <= MOST:
        raise InvalidKey(f"first must be between 1 and {MOST}.")
    return first


def start(paged: Paged) -> Place:
    """Where the page begins. Raises InvalidKey for a cursor of another question."""
    if paged.after is None:
        return BEGINNING
    try:
        text = base64.b64decode(paged.after, altchars=b"-_", validate=True)
        bookmark = msgspec.json.decode(text, type=Bookmark)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        bookmark = None
    if bookmark is None or bookmark.list != digest(paged):
        raise InvalidKey("The cursor is not one of this list.")
    return bookmark.place.checked()


def cursor(place: Place, question: str) -> str:
    """A place as text: paging parameters only, never a URL or a search term. Good for this question only."""
    return base64.urlsafe_b64encode(msgspec.json.encode(Bookmark(list=question, place=place))).decode()


def digest(paged: Paged) -> str:
    """Which list is asked for: the question without the page, as a digest.

    One byte of it notices a mistake, and is too little to tell what was searched for.
    """
    question = msgspec.to_builtins(paged)
    question.update(first=None, after=None, asked=type(paged).__name__)
    return hashlib.blake2b(msgspec.json.encode(question, order="sorted"), digest_size=1).hexdigest()


def page_of_search(page: SearchPage[N], paged: Paged) -> Connection[N]:
    """A page of an upstream's search, which may hold nothing although it goes on."""
    question = digest(paged)
    edges = tuple(Edge(cursor=cursor(found.after, question), node=found.record) for found in page.found)
    return Connection(
        edges=edges,
        has_next_page=page.more,
        has_previous_page=paged.after is not None,
        total_count=page.total,
        end_cursor=cursor(page.after, question) if page.after else _last(edges),
    )


def page_of_list(records: Sequence[N], paged: Paged) -> Connection[N]:
    """A page of a list that is known whole."""
    begin = start(paged).passed
    end = begin + size(paged)
    question = digest(paged)
    edges = tuple(
        Edge(cursor=cursor(Place(passed=number), question), node=record)
        for number, record in enumerate(records[begin:end], begin + 1)
    )
    return Connection(
        edges=edges,
        has_next_page=end < len(records),
        has_previous_page=begin > 0,
        total_count=len(records),
        end_cursor=_last(edges),
    )


def page_of_either(
    known: Listing[N] | None, searched: SearchPage[N] | None, paged: Paged
) -> Connection[N] | None:
    """A page of what is known whole, else of what was searched; None when there is neither."""
    if known is not None:
        return page_of_list(known.items, paged)
    return None if searched is None else page_of_search(searched, paged)


def _last(edges: Sequence[Edge[N]]) -> str | None:
    return edges[-1].cursor if edges else None
