"""Where a search goes on: paging parameters only, so that a cursor carries no URL and no search term."""

from urllib.parse import parse_qsl

from connectors.errors import InvalidKey
from connectors.record import Record

COUNT, OFFSET = "_count", "_offset"
_MOST_DIGITS = 9


class Place(Record, frozen=True, kw_only=True):
    """A page, as `paging` asks for it, and how many of its records have been passed. Default: the start."""

    paging: tuple[tuple[str, str], ...] = ()
    passed: int = 0

    @property
    def offset(self) -> int:
        """How many records lie before the page."""
        return int(dict(self.paging).get(OFFSET, "0"))

    def checked(self) -> "Place":
        """Itself, unless it cannot be one of ours: a client holds it in between. Raises InvalidKey then."""
        if self.passed < 0 or not all(_is_paging(name, value) for name, value in self.paging):
            raise InvalidKey("The cursor is not one of this search.")
        return self


def onward(here: Place, records: int, next_link: str | None) -> Place:
    """The place `records` further on; where that is the page's end, the page that `next_link` names."""
    beyond = place_of(next_link) if next_link else None
    return beyond or Place(paging=here.paging, passed=here.passed + records)


def place_of(link: str) -> Place | None:
    """The place that a link to the next page names; None when it names it in a way of its own."""
    query = link.partition("?")[2].partition("#")[0]
    paging = tuple((name, value) for name, value in parse_qsl(query) if _is_paging(name, value))
    return Place(paging=paging) if OFFSET in dict(paging) else None


def _is_paging(name: str, value: str) -> bool:
    return name in {COUNT, OFFSET} and value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
