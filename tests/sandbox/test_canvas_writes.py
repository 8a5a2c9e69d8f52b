from datetime import UTC, datetime
from email.utils import format_datetime

import httpx
import pytest

from sandbox.canvas import Canvas, Switches
from sandbox.population import Population, population
from tests.sandbox.bodies import body, patient
from tests.sandbox.talking import FHIR, signed_in

NOON = datetime(2030, 5, 4, 12, 0, 0, tzinfo=UTC).timestamp()


@pytest.fixture
def now() -> list[float]:
    """The Canvas's clock, to be moved by hand."""
    return [NOON]


@pytest.fixture
def canvas(people: Population, now: list[float]) -> Canvas:
    """A Canvas whose clock stands still."""
    return Canvas(people, clock=lambda: now[0])


async def ranks(fhir: httpx.AsyncClient, reference: str) -> dict[str, int]:
    """The ranks of a patient's coverages by subscriber id."""
    bundle = (await fhir.get("/Coverage", params={"patient": reference})).json()
    return {entry["resource"]["subscriberId"]: entry["resource"]["order"] for entry in bundle["entry"]}


async def test_a_coverage_is_created_and_read_back(fhir: httpx.AsyncClient, people: Population) -> None:
    """The answer has no body; Location leads to the coverage, in the form in which Canvas writes it."""
    answer = await fhir.post("/Coverage", json=body(people))
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["location"].startswith(f"{FHIR}/Coverage/")
    created = (await fhir.get(answer.headers["location"])).json()
    assert created["id"] == answer.headers["location"].rpartition("/")[2]
    assert created["relationship"]["text"] == "18"
    assert created["type"]["coding"][0]["display"] == "Military health program"
    assert created["payor"][0]["display"] == people.payors[0].name
    assert created["subscriber"]["type"] == "Patient"


async def test_a_payor_may_be_named_by_its_payer_id(fhir: httpx.AsyncClient, people: Population) -> None:
    """Read back it is the organization's reference."""
    identifier = {"system": "https://www.claim.md/services/era/", "value": people.payors[1].claim_md}
    answer = await fhir.post("/Coverage", json=body(people, payor=[{"identifier": identifier}]))
    created = (await fhir.get(answer.headers["location"])).json()
    assert created["payor"][0]["reference"] == f"Organization/{people.payors[1].id}"


async def test_a_coverage_without_a_start_begins_today(fhir: httpx.AsyncClient, people: Population) -> None:
    """The server's date; there is no end."""
    sent = body(people)
    del sent["period"]
    created = (await fhir.get((await fhir.post("/Coverage", json=sent)).headers["location"])).json()
    assert created["period"] == {"start": "2030-05-04"}


async def test_elements_that_canvas_does_not_keep_are_dropped(
    fhir: httpx.AsyncClient, people: Population
) -> None:
    """FHIR allows a network; Canvas takes it and forgets it."""
    answer = await fhir.post("/Coverage", json=body(people, network="PPO", dependent="1"))
    assert not {"network", "dependent"} & set((await fhir.get(answer.headers["location"])).json())


async def test_a_newcomer_takes_the_rank_and_others_move_down(
    fhir: httpx.AsyncClient, people: Population
) -> None:
    """Whoever was there moves by one, as far as needed."""
    for number, order in (("a", 1), ("b", 2), ("c", 4), ("d", 1)):
        await fhir.post("/Coverage", json=body(people, subscriberId=number, order=order))
    assert await ranks(fhir, patient(people)) == {"a": 2, "b": 3, "c": 4, "d": 1}


async def test_ranks_collapse_at_five(fhir: httpx.AsyncClient, people: Population) -> None:
    """There is no sixth rank: the last one is shared."""
    for number in "abcdefg":
        await fhir.post("/Coverage", json=body(people, subscriberId=number))
    assert await ranks(fhir, patient(people)) == {"g": 1, "f": 2, "e": 3, "d": 4, "c": 5, "b": 5, "a": 5}


async def test_an_update_replaces_the_whole_coverage(fhir: httpx.AsyncClient, people: Population) -> None:
    """What is not sent is gone; the answer has neither body nor Location."""
    url = (await fhir.post("/Coverage", json=body(people))).headers["location"]
    sent = body(people, subscriberId="5678", status="cancelled")
    del sent["class"], sent["type"]
    answer = await fhir.put(url, json=sent)
    assert (answer.status_code, answer.content, answer.headers.get("location")) == (200, b"", None)
    updated = (await fhir.get(url)).json()
    assert (updated["subscriberId"], updated["status"]) == ("5678", "cancelled")
    assert not {"class", "type"} & set(updated)
    assert (await fhir.get("/Coverage", params={"subscriberid": "1234"})).json()["total"] == 0


async def test_an_update_keeps_the_place_in_searches(fhir: httpx.AsyncClient, people: Population) -> None:
    """Order of creation, not of update."""
    urls = [
        (await fhir.post("/Coverage", json=body(people, order=order))).headers["location"] for order in (1, 2)
    ]
    await fhir.put(urls[0], json=body(people))
    bundle = (await fhir.get("/Coverage", params={"patient": patient(people)})).json()
    assert [f"{FHIR}/Coverage/{entry['resource']['id']}" for entry in bundle["entry"]] == urls


async def test_an_update_must_be_of_that_coverage(fhir: httpx.AsyncClient, people: Population) -> None:
    """Another id in the body is a bad request, an unknown one in the URL is not found."""
    url = (await fhir.post("/Coverage", json=body(people))).headers["location"]
    assert (await fhir.put(url, json=body(people, id="another"))).status_code == 400
    assert (await fhir.put("/Coverage/nobody", json=body(people))).status_code == 404


@pytest.mark.parametrize(("passed", "status"), [(0, 200), (0.9, 200), (1, 412)])
async def test_a_stale_update_is_refused(
    fhir: httpx.AsyncClient, people: Population, now: list[float], passed: float, status: int
) -> None:
    """If-Unmodified-Since is compared by the second: what changed within one goes unnoticed."""
    url = (await fhir.post("/Coverage", json=body(people))).headers["location"]
    read = {"If-Unmodified-Since": format_datetime(datetime.fromtimestamp(now[0], UTC), usegmt=True)}
    now[0] += passed
    await fhir.put(url, json=body(people, subscriberId="somebody else's"))
    answer = await fhir.put(url, json=body(people), headers=read)
    assert answer.status_code == status
    assert status == 200 or answer.json()["issue"][0]["code"] == "conflict"


async def test_a_date_that_is_none_is_ignored(fhir: httpx.AsyncClient, people: Population) -> None:
    """RFC 9110: the condition counts only when it is an HTTP date."""
    url = (await fhir.post("/Coverage", json=body(people))).headers["location"]
    assert (
        await fhir.put(url, json=body(people), headers={"If-Unmodified-Since": "lately"})
    ).status_code == 200


@pytest.mark.parametrize(
    ("switches", "content", "location"),
    [
        (Switches(), b"", "http://fumage-acme.example/Coverage/ID"),
        (Switches(create_shape="null-history"), b"null", "http://fumage-acme.example/Coverage/ID/_history/1"),
        (Switches(create_shape="relative"), b"", "/Coverage/ID"),
        (Switches(location_scheme="https"), b"", "https://fumage-acme.example/Coverage/ID"),
    ],
)
async def test_the_three_historical_answers_to_a_create(
    switches: Switches, content: bytes, location: str
) -> None:
    """Body and Location as the switches say; history apart, the last segment is the id."""
    people = population(0)
    async with signed_in(Canvas(people, switches)) as fhir:
        answer = await fhir.post("/Coverage", json=body(people))
        total = (await fhir.get("/Coverage", params={"patient": patient(people)})).json()["entry"]
    assert (answer.status_code, answer.content) == (201, content)
    assert answer.headers["location"] == location.replace("ID", total[0]["resource"]["id"])


async def test_newer_instances_write_the_member_number_as_an_identifier() -> None:
    """It is the subscriber id; codes are accepted in the newer systems only."""
    people = population(0)
    hl7 = "http://terminology.hl7.org/CodeSystem"
    own = {"relationship": {"coding": [{"system": f"{hl7}/subscriber-relationship", "code": "spouse"}]}}
    sent = body(people) | own
    del sent["type"], sent["class"]
    async with signed_in(Canvas(people, Switches(code_systems="terminology"))) as fhir:
        created = (await fhir.get((await fhir.post("/Coverage", json=sent)).headers["location"])).json()
        assert created["identifier"][0]["value"] == created["subscriberId"] == "1234"
        assert (await fhir.post("/Coverage", json=body(people))).status_code == 422


async def test_older_instances_remove_by_entered_in_error() -> None:
    """The other status is refused."""
    people = population(0)
    async with signed_in(Canvas(people, Switches(removed_status="entered-in-error"))) as fhir:
        assert (await fhir.post("/Coverage", json=body(people, status="entered-in-error"))).status_code == 201
        assert (await fhir.post("/Coverage", json=body(people, status="cancelled"))).status_code == 422


async def test_writes_stay_in_their_own_canvas(people: Population) -> None:
    """Two instances over the same people do not see one another's writes."""
    async with signed_in(Canvas(people)) as one, signed_in(Canvas(people)) as other:
        await one.post("/Coverage", json=body(people))
        assert (await other.get("/Coverage", params={"patient": patient(people)})).json()["total"] == 0
