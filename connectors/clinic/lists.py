"""The clinic's three lists: a record by its id, all that match, or a part of all."""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from connectors.clinic.envelope import Page, Reader
from connectors.clinic.records import ClinicRecord
from connectors.clinic.search import PAGE_SIZE, PageSearch, Position, Window
from connectors.clinic.walk import Walk
from connectors.clinic.wire import integer_id
from connectors.errors import BadResponse
from connectors.listing import Listing, SearchPage
from connectors.upstream import NOTHING, Upstream

R = TypeVar("R", bound=ClinicRecord)

ROOT = ("v1", "clinic", "insurances")


class Collection(Generic[R]):
    """The collection `name`, which is also the last segment of its path (seed 002)."""

    def __init__(self, upstream: Upstream, record: type[R], name: str, *, most_pages: int = 50) -> None:
        self._upstream = upstream
        self._name = name
        self._reader = Reader(upstream, record, name)
        self._most_pages = most_pages

    async def read(self, text: str) -> R | None:
        """The record of this id; None when there is none. InvalidKey for what is no integer."""
        record_id = integer_id(text)
        reply = await self._upstream.get(*ROOT, self._name, record_id)
        return None if reply is None else self._reader.one(reply, record_id)

    async def all(self, params: Mapping[str, str], matches: Callable[[R], bool]) -> Listing[R]:
        """All that match, from all pages, in the clinic's order; the first of those with one id.

        `matches` repeats the search here: the clinic may ignore a parameter, and answer with everything.
        """
        found: dict[str, R] = {}
        bad_entries = 0
        walk = self._walk(1)
        while not walk.over:
            page = await self._page(params, walk.number)
            if walk.take(page):
                bad_entries += page.bad_entries
                for record in filter(matches, page.records):
                    found.setdefault(record.id, record)
        return Listing(items=tuple(found.values()), bad_entries=bad_entries)

    async def part(self, search: PageSearch) -> SearchPage[R]:
        """The next records that there are, whoever they are about."""
        start = search.position
        window = Window[R](search.first)
        walk = self._walk(start.number)
        while not walk.over:
            here = start if walk.number == start.number else Position(walk.number)
            page = await self._page(NOTHING, walk.number)
            if walk.take(page) and not window.take(page, here):
                return window.result(more=True)
        return window.result(more=False)

    async def reachable(self) -> None:
        """Return when the clinic shows a page of it; raise UpstreamError when it does not."""
        await self._page(NOTHING, 1, size=1)

    def _walk(self, number: int) -> Walk[R]:
        return Walk(self._upstream.system, PAGE_SIZE, number=number, most=self._most_pages)

    async def _page(self, params: Mapping[str, str], number: int, *, size: int = PAGE_SIZE) -> Page[R]:
        paging = {"page": str(number), "page_size": str(size)}
        reply = await self._upstream.get(*ROOT, self._name, params={**params, **paging})
        if reply is None:  # every list exists, if only empty: the address is wrong
            raise BadResponse(self._upstream.system)
        return self._reader.page(reply)
