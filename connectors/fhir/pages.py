"""The pages of one search, from link to link (Canvas: Pagination; FHIR R4 search)."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from connectors.errors import BadResponse
from connectors.fhir.place import place_of
from connectors.fhir.reader import Page, Reader
from connectors.fhir.resource import Resource
from connectors.listing import OFFSET
from connectors.upstream import Reply, Upstream

R = TypeVar("R", bound=Resource)


class Pages(Generic[R]):
    """Walks along the `next` links of one search: at most `most` pages, and never back.

    A link that leads back, or nowhere, is a BadResponse: what was found so far would be told as whole.
    """

    def __init__(self, upstream: Upstream, reader: Reader[R], most: int) -> None:
        self._upstream = upstream
        self._reader = reader
        self._left = most
        self._offset = -1
        self._links: set[str] = set()

    @property
    def exhausted(self) -> bool:
        """Whether no further page may be asked for."""
        return self._left <= 0

    async def first(self, resource_type: str, params: Mapping[str, str]) -> Page[R]:
        """The page that the parameters name. Raises BadResponse for a 404: every search exists."""
        self._offset = int(params.get(OFFSET, "0"))
        reply = await self._upstream.get(resource_type, params=params)
        if reply is None:  # told as "there are none", a wrong address would look like nobody being insured
            raise BadResponse(self._upstream.system)
        return self._read(reply)

    async def after(self, page: Page[R]) -> Page[R] | None:
        """The page that `page` links to; None after the last. Raises BadResponse for one page too many."""
        if page.next_link is None:
            return None
        reply = None if self.exhausted else await self._upstream.follow(page.next_link)
        if reply is None:
            raise BadResponse(self._upstream.system)
        return self._read(reply)

    def _read(self, reply: Reply) -> Page[R]:
        self._left -= 1
        page = self._reader.page(reply)
        if page.next_link is not None and not self._leads_on(page.next_link, page.self_link):
            raise BadResponse(self._upstream.system)
        return page

    def _leads_on(self, link: str, self_link: str | None) -> bool:
        place = place_of(link)
        advances = place is None or place.offset > self._offset
        self._offset = place.offset if place else self._offset
        known = link in self._links
        self._links.add(link)
        return bool(link) and link != self_link and advances and not known
