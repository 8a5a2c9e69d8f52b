"""However the clinic cuts and wraps its lists, they are the same lists."""

from collections.abc import Sequence

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.clinic.connector import CATALOGUE, Clinic
from connectors.clinic.search import PageSearch
from connectors.errors import BadResponse, InvalidKey, UpstreamError
from connectors.listing import Place
from tests.connectors.clinic_answers import (
    ENVELOPES,
    Handler,
    answering,
    clinic,
    paged,
    person,
    rows,
)

COUNTED = [name for name in ENVELOPES if name in {"plural", "data"}]
ANY = st.sampled_from(sorted(ENVELOPES))
FIRSTS = st.lists(st.integers(1, 100), min_size=1, max_size=4)


class Heard:
    """A handler that remembers the questions."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.questions: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """What the handler says."""
        self.questions.append(dict(request.url.params))
        return self.handler(request)


def ids(count: int) -> list[str]:
    """The ids of as many rows."""
    return [str(number) for number in range(1, count + 1)]


async def plan_ids(server: Clinic) -> list[str]:
    """The ids of all plans, in order."""
    return [plan.id for plan in (await server.plans(CATALOGUE)).items]


async def chain(server: Clinic, firsts: Sequence[int]) -> list[str]:
    """All that one part after the other holds, each begun where the one before ended."""
    place, found = Place(), list[str]()
    for turn in range(300):
        first = firsts[turn % len(firsts)]
        part = await server.dependents(PageSearch(first=first, start=place))
        found += [one.record.id for one in part.found]
        if not part.more:
            assert len(part.found) <= first
            return found
        assert len(part.found) == first
        assert part.after == part.found[-1].after
        assert part.after is not None
        place = part.after
    raise AssertionError


@given(st.integers(0, 260), ANY, st.integers(6, 130))
async def test_any_envelope_and_cap_gives_the_whole_list(count: int, envelope: str, cap: int) -> None:
    """Every row comes once, in order, in whatever envelope, also where pages are smaller than asked for."""
    assert await plan_ids(clinic(paged(rows(count), ENVELOPES[envelope], cap))) == ids(count)


@given(st.integers(0, 230), ANY, st.integers(5, 130), FIRSTS)
async def test_any_chain_of_parts_gives_the_whole_list(
    count: int, envelope: str, cap: int, firsts: list[int]
) -> None:
    """Going on from place to place finds every row once, in order, however much is asked for at a time."""
    assert await chain(clinic(paged(rows(count), ENVELOPES[envelope], cap)), firsts) == ids(count)


@given(st.integers(0, 20), ANY, st.integers(1, 30), st.integers(1, 9))
async def test_every_row_says_what_follows(count: int, envelope: str, cap: int, first: int) -> None:
    """From the place behind any row, the list goes on with the next one."""
    server = clinic(paged(rows(count), ENVELOPES[envelope], cap))
    for one in (await server.dependents(PageSearch(first=first))).found:
        part = await server.dependents(PageSearch(first=1, start=one.after))
        follower = int(one.record.id) + 1
        assert [found.record.id for found in part.found] == ([str(follower)] if follower <= count else [])


@pytest.mark.parametrize("envelope", COUNTED)
async def test_a_pagination_object_ends_the_list(envelope: str) -> None:
    """Where the clinic counts its pages, none is asked for in vain; 1-based, a hundred rows each."""
    heard = Heard(paged(rows(200), ENVELOPES[envelope]))
    assert await plan_ids(clinic(heard)) == ids(200)
    assert heard.questions == [{"page": "1", "page_size": "100"}, {"page": "2", "page_size": "100"}]


@pytest.mark.parametrize("envelope", ["bare", "plural alone", "data alone"])
@pytest.mark.parametrize(
    ("count", "cap", "pages"), [(0, 100, 1), (3, 100, 2), (100, 100, 2), (150, 100, 2), (60, 25, 3)]
)
async def test_without_one_a_shorter_page_does(envelope: str, count: int, cap: int, pages: int) -> None:
    """Where it does not, the list ends with an empty page, or one shorter than the first."""
    heard = Heard(paged(rows(count), ENVELOPES[envelope], cap))
    assert await plan_ids(clinic(heard)) == ids(count)
    assert len(heard.questions) == pages


@pytest.mark.parametrize("envelope", ENVELOPES)
async def test_a_part_costs_one_question(envelope: str) -> None:
    """Where pages are counted, or a page holds more than is asked for, one question is enough."""
    heard = Heard(paged(rows(150), ENVELOPES[envelope]))
    server = clinic(heard)
    part = await server.dependents(PageSearch(first=60))
    assert part.after == Place(paging=(("_offset", "0"),), passed=60)
    part = await server.dependents(PageSearch(first=40, start=part.after))
    assert part.more
    asked = [(one["page"], one["page_size"]) for one in heard.questions]
    assert asked == [("1", "100")] * 2 + [("2", "100")] * (envelope not in COUNTED)


async def test_the_last_of_a_page_points_to_the_next() -> None:
    """Where pages are counted, the place behind the last row of a page is the next page."""
    part = await clinic(paged(rows(150), ENVELOPES["data"])).dependents(PageSearch(first=100))
    assert part.after == Place(paging=(("_offset", "100"),))


@pytest.mark.parametrize("envelope", COUNTED)
async def test_a_part_tells_the_count(envelope: str) -> None:
    """The number of all rows is told where the clinic tells it."""
    part = await clinic(paged(rows(60), ENVELOPES[envelope])).dependents(PageSearch(first=20))
    assert part.total == 60


async def test_a_part_without_a_count() -> None:
    """Where the clinic does not count, nobody does."""
    part = await clinic(paged(rows(60), ENVELOPES["bare"])).dependents(PageSearch(first=20))
    assert part.total is None


@pytest.mark.parametrize("count", [0, 1, 57, 99, 101, 250])
async def test_an_upstream_that_does_not_page(count: int) -> None:
    """A clinic that gives everything at once, whatever page is asked for, has given everything."""
    server = answering(rows(count))
    assert await plan_ids(server) == ids(count)
    assert await chain(server, [20]) == ids(count)


@pytest.mark.parametrize("envelope", ["bare", "plural alone", "data alone"])
async def test_a_repeated_page_of_the_size_asked_for(envelope: str) -> None:
    """When the same hundred rows come again, nobody knows whether they are all: a coded error."""
    with pytest.raises(BadResponse):
        await plan_ids(answering(ENVELOPES[envelope]("plans", rows(100), {})))


def counted(pages: Sequence[tuple[Sequence[object], int, int]]) -> Clinic:
    """A clinic whose n-th answer has these rows, and says that it is this page of so many."""
    answers = iter(pages)

    def handler(_: httpx.Request) -> httpx.Response:
        page, current, total = next(answers)
        return httpx.Response(
            200, json={"plans": page, "pagination": {"current_page": current, "total_pages": total}}
        )

    return clinic(handler)


@pytest.mark.parametrize(
    "pages",
    [
        [(rows(2), 1, 2), (rows(2), 1, 2)],
        [(rows(2), 1, 3), (rows(2), 2, 3)],
        [(rows(2), 1, 3), ([], 2, 3)],
        [(rows(2), 2, 3)],
        [(rows(2), 0, 1)],
        [([], 1, 2)],
    ],
    ids=["does not turn", "repeats", "gives nothing", "skips", "counts from 0", "begins with nothing"],
)
async def test_pages_that_contradict_themselves(pages: Sequence[tuple[Sequence[object], int, int]]) -> None:
    """Another page than was asked for, or more promised than given, is a coded error: a part is not all."""
    with pytest.raises(BadResponse):
        await plan_ids(counted(pages))


@pytest.mark.parametrize(
    ("pages", "count"),
    [
        ([([], 1, 0)], 0),
        ([([], 0, 0)], 0),
        ([([], 1, 1)], 0),
        ([(rows(2), 1, 0)], 2),
        ([(rows(2), 1, 2), (rows(2), 2, 2)], 2),
        ([(rows(2), 1, 2), ([], 2, 2)], 2),
        ([(rows(2), 1, 2), ([], 1, 1)], 2),
    ],
)
async def test_pages_that_make_sense(pages: Sequence[tuple[Sequence[object], int, int]], count: int) -> None:
    """An empty list has pages or none; a row that moved meanwhile comes once; a list may become shorter."""
    assert await plan_ids(counted(pages)) == ids(count)


@pytest.mark.parametrize("envelope", ENVELOPES)
async def test_pages_are_bounded(envelope: str) -> None:
    """Fifty pages are read; a list that goes on behind them is a coded error."""
    heard = Heard(paged(rows(51), ENVELOPES[envelope], cap=1))
    with pytest.raises(BadResponse):
        await plan_ids(clinic(heard))
    assert len(heard.questions) == 50
    assert len(await plan_ids(clinic(paged(rows(49), ENVELOPES[envelope], cap=1)))) == 49


@pytest.mark.parametrize("envelope", ENVELOPES)
async def test_a_bad_entry_costs_itself(envelope: str) -> None:
    """Rows that cannot be read are counted; those beside them are told."""
    mixed: list[object] = [person(1), {"id": "x"}, None, person(2), person(3, ssn=[]), person(4), 7]
    server = clinic(paged(mixed, ENVELOPES[envelope], cap=4))
    listing = await server.person_informations_of("7")
    assert [one.id for one in listing.items] == ["1", "2", "4"]
    assert listing.bad_entries == 4
    part = await server.person_informations(PageSearch(first=9))
    assert [one.record.id for one in part.found] == ["1", "2", "4"]
    assert part.bad_entries == 4


async def test_a_repeated_bad_entry_is_counted_once() -> None:
    """A clinic that gives everything at once does not double what could not be read."""
    server = answering([person(1), {"id": "x"}])
    assert (await server.person_informations_of("7")).bad_entries == 1
    assert (await server.person_informations(PageSearch(first=5))).bad_entries == 1


@pytest.mark.parametrize(("envelope", "read"), [("data", 3), ("bare", None)])
async def test_a_page_without_a_readable_row(envelope: str, read: int | None) -> None:
    """It costs itself where pages are counted; elsewhere nobody knows whether the list goes on behind it."""
    server = clinic(paged([person(1), {}, person(2), person(3)], ENVELOPES[envelope], cap=1))
    if read is None:
        with pytest.raises(BadResponse):
            await server.person_informations_of("7")
    else:
        assert len((await server.person_informations_of("7")).items) == read


async def test_one_id_comes_once() -> None:
    """Of rows with one id the first is told."""
    body = [person(1, first_name="A"), person(1, first_name="B"), person("1", first_name="C")]
    listing = await answering(body).person_informations_of("7")
    assert [one.first_name for one in listing.items] == ["A"]


async def test_the_list_of_its_name_is_read() -> None:
    """An object may hold other lists beside the one that was asked for."""
    body = {"dependents": [{"id": 1}], "data": [{"id": 2}], "plans": [{"id": 3}]}
    assert await plan_ids(answering(body)) == ["3"]


@pytest.mark.parametrize(
    "body",
    [
        None,
        "no",
        {},
        {"errors": "no"},
        {"dependents": []},
        {"plans": None},
        {"plans": {}},
        {"plans": {"data": []}},
        {"plans": [], "pagination": []},
        {"plans": [], "pagination": {"current_page": -1, "total_pages": 1}},
        {"plans": [], "pagination": {"current_page": 1, "total_pages": 2**40}},
        {"plans": [], "pagination": {"total_pages": 1}},
    ],
    ids=range(12),
)
async def test_no_list_is_a_bad_response(body: object) -> None:
    """A 200 that does not hold the list, or a pagination that cannot be read, is a coded error."""
    with pytest.raises(BadResponse):
        await plan_ids(answering(body))


@pytest.mark.parametrize("status", [404, 410])
async def test_a_list_that_is_not_there(status: int) -> None:
    """A list that is not found is no empty list: the address is wrong."""
    server = answering({"errors": "not found"}, status)
    for question in (server.dependents_of("1"), server.dependents(PageSearch(first=1)), server.reachable()):
        with pytest.raises(UpstreamError):
            await question


@pytest.mark.parametrize(
    "place",
    [
        Place(passed=-1),
        Place(paging=(("_offset", "20"),)),
        Place(paging=(("_offset", "-100"),)),
        Place(paging=(("_offset", "100" * 10),)),
        Place(paging=(("_count", "100"),)),
        Place(paging=(("_count", "100"), ("_offset", "0"))),
        Place(paging=(("_offset", "0"), ("patient_id", "7"))),
    ],
    ids=range(7),
)
async def test_a_forged_place_is_refused(place: Place) -> None:
    """A place that is none of a list's sends nothing: a client had it in hand."""

    def handler(_: httpx.Request) -> httpx.Response:
        raise AssertionError

    with pytest.raises(InvalidKey):
        await clinic(handler).dependents(PageSearch(first=1, start=place))


@pytest.mark.parametrize("envelope", ENVELOPES)
async def test_a_place_far_behind_the_end(envelope: str) -> None:
    """A list that became shorter since, or a place that was made up, goes on with nothing."""
    server = clinic(paged(rows(5), ENVELOPES[envelope]))
    for place in (
        Place(paging=(("_offset", "999999900"),)),
        Place(paging=(("_offset", "0"),), passed=10**9),
    ):
        part = await server.dependents(PageSearch(first=1, start=place))
        assert (part.found, part.more, part.after) == ((), False, None)


def test_a_page_search_is_a_key() -> None:
    """Equal searches are one key of the memory."""
    place = Place(paging=(("_offset", "100"),))
    assert len({PageSearch(first=1, start=place), PageSearch(first=1, start=place)}) == 1
