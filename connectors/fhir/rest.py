"""FHIR R4's RESTful interactions that the gateway uses: read and search."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from connectors.fhir.pages import Pages
from connectors.fhir.place import onward
from connectors.fhir.reader import Page, Reader
from connectors.fhir.reference import fhir_id
from connectors.fhir.resource import Resource
from connectors.fhir.window import Window
from connectors.listing import COUNT, OFFSET, Listing, Place, SearchPage
from connectors.upstream import Upstream

R = TypeVar("R", bound=Resource)


class Fhir:
    """The FHIR API of one upstream. `page_size` is the most that it is asked for at once (Canvas: 100).

    Absolute references count as references within the upstream when they lie below `base_url`.
    """

    def __init__(
        self, upstream: Upstream, *, page_size: int = 100, most_pages: int = 50, base_url: str = ""
    ) -> None:
        self._upstream = upstream
        self._page_size = page_size
        self._most_pages = most_pages
        self._base_url = base_url
        self._readers: dict[type[Resource], Reader[Any]] = {}

    async def read(self, resource: type[R], resource_id: str) -> R | None:
        """The resource of this id; None when there is none.

        Raises:
            InvalidKey: what is no FHIR id names nothing; nothing was sent.
            UpstreamError: there was no usable answer, or one about something else.
        """
        reply = await self._upstream.get(resource.__name__, fhir_id(resource_id))
        return None if reply is None else self._reader(resource).one(reply, resource_id)

    async def search(
        self, resource: type[R], params: Mapping[str, str], matches: Callable[[R], bool]
    ) -> Listing[R]:
        """All that match, from all pages, in the upstream's order; the first of those with one id.

        `matches` repeats the search here: an upstream answers with everything when it ignores a parameter.
        """
        pages = self._pages(resource)
        found: dict[str, R] = {}
        bad_entries = 0
        page: Page[R] | None
        page = await pages.first(resource.__name__, {**params, COUNT: str(self._page_size)})
        while page is not None:
            bad_entries += page.bad_entries
            for record in filter(matches, page.records):
                found.setdefault(record.id, record)
            page = await pages.after(page)
        return Listing(items=tuple(found.values()), bad_entries=bad_entries)

    async def search_page(
        self,
        resource: type[R],
        params: Mapping[str, str],
        matches: Callable[[R], bool],
        *,
        first: int,
        start: Place,
    ) -> SearchPage[R]:
        """The next `first` (at least 1) that match, from `start` on; fewer when the pages end before.

        Raises InvalidKey when `start` is no place in a search.
        """
        start = self._beginning(start.checked(), first)
        here = Place(paging=start.paging)
        window = Window(matches, first, start)
        pages = self._pages(resource)
        page: Page[R] | None
        page = await pages.first(resource.__name__, {**params, **dict(start.paging)})
        while page is not None:
            if not window.take(page, here) or (window.full and page.next_link):
                return window.result(more=True)
            here = onward(here, len(page.records), page.next_link)
            if pages.exhausted and page.next_link and here.paging != start.paging:
                return window.result(more=True, end=here)
            page = await pages.after(page)
        return window.result(more=False)

    def _beginning(self, start: Place, first: int) -> Place:
        """The place, with a page size of ours: a client's cursor must not make us ask record by record."""
        asked = dict(start.paging)
        count = min(max(first, int(asked.get(COUNT, "1"))), self._page_size)
        offset = ((OFFSET, asked[OFFSET]),) if OFFSET in asked else ()
        return Place(paging=((COUNT, str(count)), *offset), passed=start.passed)

    def _pages(self, resource: type[R]) -> Pages[R]:
        return Pages(self._upstream, self._reader(resource), self._most_pages)

    def _reader(self, resource: type[R]) -> Reader[R]:
        if resource not in self._readers:
            self._readers[resource] = Reader(self._upstream, resource, self._base_url)
        return self._readers[resource]
