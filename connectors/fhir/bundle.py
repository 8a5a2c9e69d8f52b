"""FHIR R4 Bundle: a page of what a search found."""

from typing import Annotated, Generic, TypeVar

import msgspec

from connectors.fhir.datatypes import UnsignedInt
from connectors.fhir.resource import Element, Resource

E = TypeVar("E")


MOST_ENTRIES = 1000
"""On one page: ten times what is asked for, with room for what a server includes."""


class Link(Element, frozen=True, kw_only=True):
    """A link to another page of the same search."""

    relation: str = ""
    url: str = ""


class SearchMode(Element, frozen=True, kw_only=True):
    """Why an entry is there: `match`, `include` or `outcome`. Canvas prints none: all are matches."""

    mode: str | None = None


class Entry(Element, Generic[E], frozen=True, kw_only=True):
    """A resource in a page."""

    resource: E | None = None
    search: SearchMode | None = None

    @property
    def is_match(self) -> bool:
        """Whether it is what was searched, not something that came along."""
        return self.search is None or self.search.mode in {None, "match"}


class Bundle(Resource, Generic[E], frozen=True, kw_only=True, tag="Bundle"):
    """A page. `total` counts the matches on all pages. An empty one has neither links nor entries."""

    total: UnsignedInt | None = None
    link: tuple[Link, ...] = ()
    entry: Annotated[tuple[E, ...], msgspec.Meta(max_length=MOST_ENTRIES)] = ()

    def url(self, relation: str) -> str | None:
        """The link of that relation. Canvas prints it relative to the FHIR base."""
        for link in self.link:
            if link.relation == relation:
                return link.url
        return None
