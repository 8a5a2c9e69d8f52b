"""However an upstream cuts its list into pages, the list is the same."""

from collections.abc import Callable, Sequence

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import BadResponse, InvalidKey
from connectors.fhir.organization import Organization
from connectors.fhir.place import place_of
from connectors.fhir.rest import Fhir
from connectors.listing import Place, SearchPage
from tests.connectors.fhir_answers import answer, bundle, fhir, resource

Handler = Callable[[httpx.Request], httpx.Response]
Matches = Callable[[Organization], bool]


def active(organization: Organization) -> bool:
    """What is searched in these tests."""
    return organization.active is True


def chosen(wanted: Sequence[bool]) -> list[dict[str, object]]:
    """Records in order, of which the wanted ones are active."""
    return [resource(f"o{n}", active=is_wanted) for n, is_wanted in enumerate(wanted)]


def cut(records: Sequence[object], sizes: Sequence[int], link: str) -> Handler:
    """A search over `records` in pages of these sizes, whatever count is asked, linked by `link`."""
    bounds = [0]
    for size in sizes:
        bounds.append(min(bounds[-1] + size, len(records)))
    bounds.append(len(records))

    def handler(request: httpx.Request) -> httpx.Response:
        params = request.url.params
        number = int(params["page"]) if "page" in params else bounds.index(int(params.get("_offset", "0")))
        begin, end = bounds[number], bounds[number + 1]
        onward = {} if end == len(records) else {"next": link.format(page=number + 1, offset=end)}
        return answer(bundle(records[begin:end], onward, total=len(records)))

    return handler


def paged(records: Sequence[object], most: int = 100) -> Handler:
    """A search that pages as Canvas does: `_count` and `_offset` as asked, the count at most `most`."""

    def handler(request: httpx.Request) -> httpx.Response:
        count = min(int(request.url.params["_count"]), most)
        begin = int(request.url.params.get("_offset", "0"))
        end = begin + count
        onward = {"next": f"/Organization?q=x&_count={count}&_offset={end}"} if end < len(records) else {}
        return answer(bundle(records[begin:end], onward, total=len(records)))

    return handler


LINKS = st.sampled_from(
    [
        "/Organization?q=x&_count=10&_offset={offset}",
        "https://fhir.example/Organization?_offset={offset}",
        "Organization?_offset={offset}&_count=10",
        "/Organization?page={page}",
    ]
)
WANTED = st.lists(st.booleans(), max_size=24)
SIZES = st.lists(st.integers(1, 7), max_size=12)


async def chain(server: Fhir, firsts: Sequence[int]) -> tuple[list[str], list[SearchPage[Organization]]]:
    """All that one search after the other finds, each begun where the one before ended."""
    place, ids, pages = Place(), list[str](), list[SearchPage[Organization]]()
    while len(pages) < 100:
        first = firsts[len(pages) % len(firsts)]
        page = await server.search_page(Organization, {"q": "x"}, active, first=first, start=place)
        assert len(page.found) <= first
        pages.append(page)
        ids += [found.record.id for found in page.found]
        if not page.more:
            return ids, pages
        assert page.after is not None
        assert not page.found or page.after == page.found[-1].after
        place = page.after
    raise AssertionError


def expected(wanted: Sequence[bool]) -> list[str]:
    """The ids of the wanted records, in order."""
    return [f"o{n}" for n, is_wanted in enumerate(wanted) if is_wanted]


@given(WANTED, SIZES, LINKS)
async def test_any_cut_gives_the_same_list(wanted: list[bool], sizes: list[int], link: str) -> None:
    """A search over all pages finds every match once, in order, whatever the pages and links look like."""
    listing = await fhir(cut(chosen(wanted), sizes, link)).search(Organization, {}, active)
    assert [organization.id for organization in listing.items] == expected(wanted)


@given(WANTED, SIZES, LINKS, st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(2, 30))
async def test_any_chain_of_pages_gives_the_same_list(
    wanted: list[bool], sizes: list[int], link: str, firsts: list[int], most_pages: int
) -> None:
    """Going on from place to place finds every match once, in order, however much is asked at a time.

    Links that name no offset need the pages before to be read again, so that their number is bounded.
    """
    server = fhir(cut(chosen(wanted), sizes, link), most_pages=most_pages if "_offset" in link else 50)
    ids, _ = await chain(server, firsts)
    assert ids == expected(wanted)


@given(WANTED, st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(1, 10), st.integers(1, 5))
async def test_any_chain_over_canvas_paging(
    wanted: list[bool], firsts: list[int], most: int, most_pages: int
) -> None:
    """The same holds where the upstream heeds the count that is asked, up to a cap of its own."""
    ids, pages = await chain(fhir(paged(chosen(wanted), most), most_pages=most_pages), firsts)
    assert ids == expected(wanted)
    assert all(page.total in {None, len(wanted)} for page in pages)


@given(st.integers(0, 24), st.lists(st.integers(1, 9), min_size=1, max_size=3))
async def test_every_record_says_what_follows(size: int, firsts: list[int]) -> None:
    """From the place behind any record, the search goes on with the next one."""
    server = fhir(paged(chosen([True] * size), 10))
    _, pages = await chain(server, firsts)
    for found in (found for page in pages for found in page.found):
        page = await server.search_page(Organization, {}, active, first=1, start=found.after)
        follower = int(found.record.id[1:]) + 1
        assert [one.record.id for one in page.found] == [f"o{follower}"] * (follower < size)


async def test_the_last_of_a_page_points_to_the_next() -> None:
    """The place behind the last record of a page is the next page, so that none is read twice."""
    server = fhir(paged(chosen([True] * 12), 5))
    page = await server.search_page(Organization, {}, active, first=5, start=Place())
    assert [found.after for found in page.found][-2:] == [
        Place(paging=(("_count", "5"),), passed=4),
        Place(paging=(("_count", "5"), ("_offset", "5"))),
    ]
    assert page.more
    assert page.total == 12


async def test_a_search_that_is_interrupted_says_where() -> None:
    """When as many pages as allowed were read, the search goes on behind them, found or not."""
    server = fhir(paged(chosen([True] + [False] * 9 + [True]), 1), most_pages=4)
    page = await server.search_page(Organization, {}, active, first=2, start=Place())
    behind = Place(paging=(("_count", "1"), ("_offset", "4")))
    assert [found.after for found in page.found] == [behind]
    assert page.more
    again = await server.search_page(Organization, {}, active, first=2, start=behind)
    assert again.found == ()
    assert again.more
    assert again.after == Place(paging=(("_count", "1"), ("_offset", "8")))


async def test_a_search_that_cannot_go_on_says_so() -> None:
    """When pages name no offset, and too many have to be read, the search ends as a coded error."""
    server = fhir(cut(chosen([False] * 9), [1] * 9, "/Organization?page={page}"), most_pages=4)
    with pytest.raises(BadResponse):
        await server.search_page(Organization, {}, active, first=1, start=Place())


@pytest.mark.parametrize(
    "place",
    [
        Place(passed=-1),
        Place(paging=(("_count", "-1"),)),
        Place(paging=(("_offset", "x"),)),
        Place(paging=(("_offset", ""),)),
        Place(paging=(("_offset", "9" * 10),)),
        Place(paging=(("_offset", "٣"),)),
        Place(paging=(("patient", "1"),)),
        Place(paging=(("_count", "1"), ("_include", "1"))),
    ],
    ids=range(8),
)
async def test_a_forged_place_is_refused(place: Place) -> None:
    """A place that is none of a search's sends nothing: a client had it in hand."""

    def handler(_: httpx.Request) -> httpx.Response:
        raise AssertionError

    with pytest.raises(InvalidKey):
        await fhir(handler).search_page(Organization, {}, active, first=1, start=place)


@pytest.mark.parametrize(
    ("link", "paging"),
    [
        ("/Coverage?patient=Patient%2Fp1&_count=10&_offset=20", (("_count", "10"), ("_offset", "20"))),
        ("https://x.example/Coverage?_offset=20&token=secret#_count=9", (("_offset", "20"),)),
        ("/Coverage?_offset=-20", None),
        ("/Coverage?_offset=", None),
        ("/Coverage?_count=10", None),
        ("/Coverage", None),
        ("http://[?_offset=1", (("_offset", "1"),)),
    ],
)
def test_a_place_keeps_paging_only(link: str, paging: tuple[tuple[str, str], ...] | None) -> None:
    """Of a link only the count and the offset are kept: no address, no patient, no token."""
    place = place_of(link)
    assert (place and place.paging) == paging


@given(st.text())
def test_any_link_has_a_place_or_none(link: str) -> None:
    """Whatever an upstream prints as a link, reading a place out of it does not fail."""
    place = place_of(link)
    assert place is None or place.checked() is place
