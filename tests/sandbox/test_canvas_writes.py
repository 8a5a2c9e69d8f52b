from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from sandbox.canvas import Canvas, Switches
from sandbox.canvas.wire import Resource
from sandbox.population import Population, population
from tests.sandbox.talking import FHIR, signed_in

NOON = datetime(2030, 5, 4, 12, 0, 0, tzinfo=UTC).timestamp()
VALUESET = "http://hl7.org/fhir/ValueSet"


@pytest.fixture
def now() -> list[float]:
    """The Canvas's clock, to be moved by hand."""
    return [NOON]


@pytest.fixture
def canvas(people: Population, now: list[float]) -> Canvas:
    """A Canvas whose clock stands still."""
    return Canvas(people, clock=lambda: now[0])


def patient(people: Population, case: str = "no-coverage") -> str:
    """The first patient of a case, as a reference."""
    return f"Patient/{people.case(case).patient_ids[0]}"


def body(people: Population, case: str = "no-coverage", **changes: Any) -> Resource:
    """A coverage as Canvas documents its creation."""
    return {
        "resourceType": "Coverage",
        "order": 1,
        "status": "active",
        "type": {
            "coding": [{"system": f"{VALUESET}/coverage-type", "code": "MILITARY", "display": "military"}]
        },
        "subscriber": {"reference": patient(people, case)},
        "subscriberId": "1234",
        "beneficiary": {"reference": patient(people, case)},
        "relationship": {"coding": [{"system": f"{VALUESET}/subscriber-relationship", "code": "self"}]},
        "period": {"start": "2021-06-27", "end": "2023-06-27"},
        "payor": [
            {"reference": f"Organization/{people.payors[0].id}", "type": "Organization", "display": "Whoever"}
        ],
        "class": [
            {
                "type": {"coding": [{"system": f"{VALUESET}/coverage-class", "code": "plan"}]},
                "value": "Starfleet",
            }
        ],
        **changes,
    }


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


@pytest.mark.parametrize(
    ("change", "code", "text"),
    [
        ({"extra": 1}, "structure", "body -> extra — extra fields not permitted (type=value_error.extra)"),
        ({"period": {"begin": "2021-01-01"}}, "structure", "body -> period -> begin"),
        ({"subscriberId": ""}, "value", "body -> subscriberId — ensure this value has at least 1 characters"),
        ({"subscriberId": 12}, "value", "body -> subscriberId — str type expected"),
        ({"order": 0}, "value", "body -> order"),
        ({"order": 6}, "value", "body -> order"),
        ({"order": True}, "value", "body -> order"),
        ({"order": "1"}, "value", "body -> order"),
        ({"resourceType": "Claim"}, "value", "body -> resourceType"),
        ({"payor": []}, "value", "body -> payor"),
        ({"payor": {}}, "value", "body -> payor"),
        ({"beneficiary": "Patient/1"}, "value", "body -> beneficiary"),
        ({"class": [{"value": "x"}]}, "required", "body -> class -> 0 -> type — field required"),
        ({"subscriber": {}}, "required", "body -> subscriber -> reference — field required"),
    ],
)
async def test_a_malformed_coverage_is_refused(
    fhir: httpx.AsyncClient, people: Population, change: dict[str, Any], code: str, text: str
) -> None:
    """400, one issue for what is wrong, in the validator's words; nothing is kept."""
    answer = await fhir.post("/Coverage", json=body(people) | change)
    (issue,) = answer.json()["issue"]
    assert (answer.status_code, issue["code"]) == (400, code)
    assert issue["details"]["text"].startswith(text)
    assert (await fhir.get("/Coverage", params={"patient": patient(people)})).json()["total"] == 0


@pytest.mark.parametrize(
    "name",
    ["status", "subscriber", "subscriberId", "beneficiary", "relationship", "payor", "order", "resourceType"],
)
async def test_required_elements(fhir: httpx.AsyncClient, people: Population, name: str) -> None:
    """Each of them is missed by name."""
    answer = await fhir.post(
        "/Coverage", json={key: value for key, value in body(people).items() if key != name}
    )
    assert answer.status_code == 400
    assert answer.json()["issue"] == [
        {
            "severity": "error",
            "code": "required",
            "details": {"text": f"body -> {name} — field required (type=value_error.missing)"},
        }
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"status": "entered-in-error"},
        {"status": "draft"},
        {"subscriber": {"reference": "Patient/nobody"}},
        {"subscriber": {"reference": "RelatedPerson/x"}},
        {"payor": [{"reference": "Organization/nobody"}]},
        {"payor": [{"identifier": {"system": "urn:other", "value": "NLM01"}}]},
        {"payor": [{"display": "Northlake Mutual"}]},
        {"relationship": {"coding": [{"system": f"{VALUESET}/subscriber-relationship", "code": "parent"}]}},
        {"relationship": {"coding": [{"system": "http://terminology.hl7.org/x", "code": "self"}]}},
        {"type": {"coding": [{"system": f"{VALUESET}/coverage-type", "code": "HOUSEBOAT"}]}},
        {"period": {"start": "June"}},
        {"period": {"start": "2024-01-01", "end": "2023-01-01"}},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_a_coverage_that_cannot_be_is_unprocessable(
    fhir: httpx.AsyncClient, people: Population, change: dict[str, Any]
) -> None:
    """422: well formed, but about nobody, or in codes that are not written."""
    answer = await fhir.post("/Coverage", json=body(people) | change)
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (422, "business-rule")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff", b"[" * 100_000], ids=["empty", "cut", "binary", "deep"]
)
async def test_what_is_no_json_is_refused(fhir: httpx.AsyncClient, content: bytes) -> None:
    """400 structure."""
    answer = await fhir.post("/Coverage", content=content)
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (400, "structure")


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
        (Switches(), b"", r"http://fumage-acme.example/Coverage/ID"),
        (Switches(create_shape="null-history"), b"null", "http://fumage-acme.example/Coverage/ID/_history/1"),
        (Switches(create_shape="relative"), b"", "/Coverage/ID"),
        (Switches(location_scheme="https"), b"", "https://fumage-acme.example/Coverage/ID"),
    ],
)
async def test_the_three_historical_answers_to_a_create(
    switches: Switches, content: bytes, location: str
) -> None:
    """Body and Location as the switches say; the last path segment, history apart, is an id that can be read."""
    people = population(0)
    async with signed_in(Canvas(people, switches)) as fhir:
        answer = await fhir.post("/Coverage", json=body(people))
        total = (await fhir.get("/Coverage", params={"patient": patient(people)})).json()["entry"]
    assert (answer.status_code, answer.content) == (201, content)
    assert answer.headers["location"] == location.replace("ID", total[0]["resource"]["id"])


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
