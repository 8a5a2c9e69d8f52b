"""Where a search goes on, as the links between FHIR pages say it (Canvas: Pagination)."""

from urllib.parse import parse_qsl

from connectors.listing import OFFSET, Place, is_paging


def onward(here: Place, records: int, next_link: str | None) -> Place:
    """The place `records` further on; where that is the page's end, the page that `next_link` names."""
    beyond = place_of(next_link) if next_link else None
    return beyond or Place(paging=here.paging, passed=here.passed + records)


def place_of(link: str) -> Place | None:
    """The place that a link to the next page names; None when it names it in a way of its own."""
    query = link.partition("?")[2].partition("#")[0]
    paging = tuple((name, value) for name, value in parse_qsl(query) if is_paging(name, value))
    return Place(paging=paging) if OFFSET in dict(paging) else None
