"""Reading and searching a FHIR server, and what it must not get away with."""

import json
from collections.abc import Callable
from urllib.parse import parse_qs

import httpx
import pytest

from connectors.errors import BadResponse, Failed, InvalidKey, Refused
from connectors.fhir.coverage import Coverage
from connectors.fhir.organization import Organization
from connectors.listing import Listing, Place
from tests.connectors.fhir_answers import MEDIA, answer, answering, bundle, fhir, resource


def everything(_: object) -> bool:
    """No filter."""
    return True


async def names(body: bytes) -> Listing[Organization]:
    """What a search that is answered with `body` finds."""
    return await answering(body).search(Organization, {}, everything)


async def test_a_read_asks_for_one_resource() -> None:
    """A read goes to the resource's type and id, and tells where and when the answer came from."""
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.path}")
        return answer(json.dumps(resource("o1", name="Northlake")).encode())

    read = await fhir(handler).read(Organization, "o1")
    assert asked == ["GET /Organization/o1"]
    assert read is not None
    assert (read.id, read.name, read.source.system) == ("o1", "Northlake", "canvas")
    assert read.source.fetched_at.year > 2000


@pytest.mark.parametrize("status", [404, 410])
async def test_nothing_there(status: int) -> None:
    """What is not there, or is gone, reads as None; a search that is not there is no empty one."""
    outcome = json.dumps(resource("", "OperationOutcome")).encode()
    server = fhir(lambda _: httpx.Response(status, content=outcome, headers=MEDIA))
    assert await server.read(Organization, "o1") is None
    with pytest.raises(BadResponse):
        await server.search(Organization, {}, everything)
    with pytest.raises(BadResponse):
        await server.search_page(Organization, {}, everything, first=10, start=Place())


@pytest.mark.parametrize(
    "key", ["", ".", "..", "a/b", "../Patient/p1", "a?b=c", "x" * 65, "a\r\nb", "ä"], ids=range(9)
)
async def test_what_is_no_id_is_not_asked(key: str) -> None:
    """A key that is no FHIR id is refused before anything is sent, without repeating it."""

    def handler(_: httpx.Request) -> httpx.Response:
        raise AssertionError

    with pytest.raises(InvalidKey) as refusal:
        await fhir(handler).read(Organization, key)
    assert str(refusal.value) == "The id is not a FHIR id."


@pytest.mark.parametrize(
    "sent",
    [
        resource("o2"),
        resource("o1", "Patient"),
        resource("o1", "organization"),
        {"id": "o1"},
        {"resourceType": "Organization"},
        {"resourceType": "Organization", "id": 1},
        {"resourceType": None, "id": "o1"},
        resource("o1", name=7),
        [resource("o1")],
        {},
        None,
        "o1",
    ],
    ids=range(12),
)
async def test_an_answer_about_something_else(sent: object) -> None:
    """An answer of another id, another type, no type or another shape is no answer."""
    with pytest.raises(BadResponse):
        await answering(json.dumps(sent).encode()).read(Organization, "o1")


@pytest.mark.parametrize(("status", "error"), [(401, Refused), (403, Refused), (500, Failed)])
async def test_failures_pass_through(status: int, error: type[Exception]) -> None:
    """What went wrong below is what a caller is told."""
    server = fhir(lambda _: httpx.Response(status, content=b"{}", headers=MEDIA))
    with pytest.raises(error):
        await server.read(Organization, "o1")
    with pytest.raises(error):
        await server.search(Organization, {}, everything)


async def test_a_search_sends_its_parameters_and_a_count() -> None:
    """A search sends what it is given and the page size, and nothing else."""
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.query.decode())
        return answer(bundle([]))

    await fhir(handler, page_size=50).search(Coverage, {"patient": "Patient/p1"}, everything)
    await fhir(handler).search_page(Coverage, {"name": "a&b"}, everything, first=7, start=Place())
    assert [parse_qs(query) for query in asked] == [
        {"patient": ["Patient/p1"], "_count": ["50"]},
        {"name": ["a&b"], "_count": ["7"]},
    ]


async def test_an_ignored_filter_is_applied_here() -> None:
    """An upstream that answers with everything does not change what a search finds."""
    coverages = [
        resource(f"c{n}", "Coverage", beneficiary={"reference": f"Patient/p{n % 2}"}) for n in range(4)
    ]
    server = answering(bundle(coverages, total=4))
    listing = await server.search(Coverage, {}, lambda coverage: coverage.patient_id == "p1")
    assert [coverage.id for coverage in listing.items] == ["c1", "c3"]
    page = await server.search_page(Coverage, {}, lambda c: c.patient_id == "p1", first=5, start=Place())
    assert [found.record.id for found in page.found] == ["c1", "c3"]
    assert page.total is None


async def test_the_total_is_told_when_it_is_ours() -> None:
    """The upstream's count is passed on as long as everything that it counted was sought."""
    page = await answering(bundle([resource("o1")], total=41)).search_page(
        Organization, {}, everything, first=5, start=Place()
    )
    assert page.total == 41


@pytest.mark.parametrize(
    "empty", [b'{"resourceType":"Bundle","type":"searchset","total":0}', bundle([])], ids=range(2)
)
async def test_an_empty_page(empty: bytes) -> None:
    """A page without entries, links or even their names finds nothing."""
    assert (await names(empty)).items == ()


@pytest.mark.parametrize(
    ("entry", "bad"),
    [
        ({"resource": resource("o2", name=7)}, 1),
        ({"resource": resource("", name="no id")}, 1),
        ({"resource": resource("a/b")}, 1),
        ({"resource": {"id": "o2", "name": "no type"}}, 1),
        ({"resource": {"resourceType": "Organization"}}, 1),
        ({"resource": [1]}, 1),
        ({"resource": resource("o2"), "search": {"mode": 1}}, 1),
        (7, 1),
        (None, 1),
        ({}, 0),
        ({"resource": None}, 0),
        ({"resource": resource("p1", "Patient", name="of another shape")}, 0),
        ({"resource": {"resourceType": "Patient", "id": 1}}, 0),
        ({"resource": {"resourceType": "OperationOutcome", "issue": []}, "search": {"mode": "outcome"}}, 0),
        ({"resource": {"resourceType": "OperationOutcome"}}, 0),
        ({"resource": resource("o2"), "search": {"mode": "include"}}, 0),
        ({"resource": resource("o2", name=7), "search": {"mode": "include"}}, 0),
    ],
    ids=range(17),
)
@pytest.mark.parametrize(
    "company", [[], [{"resource": resource("o9", name=[])}]], ids=["alone", "beside a bad one"]
)
async def test_an_odd_entry_costs_itself(entry: object, bad: int, company: list[object]) -> None:
    """An entry that cannot be read is counted, one that was not sought is passed over; others are told."""
    good = [{"resource": resource("o1")}, {"resource": resource("o3"), "search": {"mode": "match"}}]
    sent = {"resourceType": "Bundle", "entry": [good[0], entry, *company, good[1]]}
    listing = await names(json.dumps(sent).encode())
    assert [organization.id for organization in listing.items] == ["o1", "o3"]
    assert listing.bad_entries == bad + len(company)
    assert {organization.source.system for organization in listing.items} == {"canvas"}


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"entry": []},
        {"resourceType": "bundle"},
        resource("o1"),
        {"resourceType": "Bundle", "entry": {}},
        {"resourceType": "Bundle", "link": "next"},
        {"resourceType": "Bundle", "total": "12"},
        {"resourceType": "Bundle", "total": -1},
        {"resourceType": "Bundle", "total": 1e300},
        [],
        None,
    ],
    ids=range(11),
)
async def test_what_is_no_bundle(sent: object) -> None:
    """A search that is not answered with a Bundle has no answer."""
    with pytest.raises(BadResponse):
        await names(json.dumps(sent).encode())


async def test_the_first_of_an_id_wins() -> None:
    """A resource that comes twice is told once, where and as it came first."""
    sent = [resource("o1", name="first"), resource("o2"), resource("o1", name="second")]
    listing = await names(bundle(sent))
    assert [(one.id, one.name) for one in listing.items] == [("o1", "first"), ("o2", None)]


Handler = Callable[[httpx.Request], httpx.Response]


def linking(next_link: str) -> Handler:
    """A server whose every page has one record and links to `next_link`."""
    return lambda request: answer(bundle([resource("o1")], {"self": str(request.url), "next": next_link}))


def counting(step: int) -> Handler:
    """A server whose pages never end, nor go on when `step` is 0."""

    def handler(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params.get("_offset", "0"))
        link = f"/Organization?_count=1&_offset={offset + step}&n={offset}"
        return answer(bundle([resource(f"o{offset}")], {"next": link}))

    return handler


@pytest.mark.parametrize(
    "handler",
    [
        linking("/Organization?page=2"),
        linking("/Organization?_count=100&_offset=100"),
        linking("/Organization?_count=100&_offset=0"),
        linking("/Organization?_count=100"),
        linking(""),
        linking("https://elsewhere.example/Organization?_offset=1"),
        linking("//elsewhere.example/Organization?_offset=1"),
        linking("http://fhir.example/Organization?_offset=1"),
        linking("http://[/"),
        counting(0),
        counting(-1),
        counting(1),
    ],
    ids=range(12),
)
async def test_pages_that_do_not_end(handler: Handler) -> None:
    """Links that lead back, to themselves, nowhere, elsewhere or on forever end as a coded error."""
    with pytest.raises(BadResponse):
        await fhir(handler, most_pages=5).search(Organization, {}, everything)


async def test_a_page_that_is_gone() -> None:
    """When a linked page is not there, the list is not told as if it were whole."""

    def handler(request: httpx.Request) -> httpx.Response:
        if "_offset" in request.url.params:
            return httpx.Response(404, content=b"{}", headers=MEDIA)
        return answer(bundle([resource("o1")], {"next": "/Organization?_count=1&_offset=1"}))

    with pytest.raises(BadResponse):
        await fhir(handler).search(Organization, {}, everything)


@pytest.mark.parametrize(
    ("links", "most"),
    [
        ({"self": "/Organization?x", "next": "/Organization?x"}, 1),
        ({"next": "/Organization?_count=1&_offset=0"}, 1),
        ({"next": ""}, 1),
        ({"next": "/Organization?page=2"}, 2),
    ],
    ids=range(4),
)
async def test_a_loop_is_not_walked(links: dict[str, str], most: int) -> None:
    """A link that leads back is found before it is followed, so that a page that has it is no answer."""
    asked: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answer(bundle([resource("o1")], links))

    with pytest.raises(BadResponse):
        await fhir(handler).search_page(Organization, {}, everything, first=2, start=Place())
    assert len(asked) == most


async def test_a_full_page_asks_for_no_other() -> None:
    """When enough was found, the next page is not read, only known to be there."""
    asked: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answer(bundle([resource("o1")], {"next": "/Organization?_count=1&_offset=1"}))

    page = await fhir(handler).search_page(Organization, {}, everything, first=1, start=Place())
    assert page.more
    assert len(asked) == 1


async def test_a_page_of_a_search_has_no_repeats() -> None:
    """A resource that comes twice is told once, as it came first, on a page too."""
    sent = [resource("o1", name="first"), resource("o1", name="second"), resource("o2")]
    page = await answering(bundle(sent)).search_page(Organization, {}, everything, first=5, start=Place())
    assert [(one.record.id, one.record.name) for one in page.found] == [("o1", "first"), ("o2", None)]


async def test_a_page_far_beyond_what_was_asked_is_refused() -> None:
    """A hundred entries are asked for; thousands of small ones would only fill the memory."""
    many = bundle([resource(f"o{number}") for number in range(1001)])

    with pytest.raises(BadResponse):
        await answering(many).search(Organization, {}, everything)
