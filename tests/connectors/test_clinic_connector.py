"""What the clinic is asked, and what of its answers is believed."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from connectors.authorization import StaticHeader
from connectors.cache import Fetch, policies
from connectors.clinic.connector import CATALOGUE, Clinic
from connectors.clinic.refusal import refusal
from connectors.clinic.search import PageSearch
from connectors.errors import (
    BadResponse,
    Failed,
    Forbidden,
    InvalidKey,
    RateLimited,
    Refused,
    Rejected,
    TimedOut,
    Unreachable,
    UpstreamError,
)
from connectors.upstream import Upstream
from tests.connectors.clinic_answers import answering, clinic, person
from tests.connectors.over_httpx import OverHttpx

QUESTIONS: dict[str, Callable[[Clinic], Awaitable[object]]] = {
    "person_information": lambda server: server.person_information("7"),
    "person_informations_of": lambda server: server.person_informations_of("7"),
    "person_informations": lambda server: server.person_informations(PageSearch(first=20)),
    "dependents_of": lambda server: server.dependents_of("7"),
    "dependents": lambda server: server.dependents(PageSearch(first=20)),
    "plans": lambda server: server.plans(CATALOGUE),
    "reachable": lambda server: server.reachable(),
}
KEYED: dict[str, Callable[[Clinic, str], Awaitable[object]]] = {
    "person_information": lambda server, key: server.person_information(key),
    "person_informations_of": lambda server, key: server.person_informations_of(key),
    "dependents_of": lambda server, key: server.dependents_of(key),
}
HOSTILE = [
    "", " ", "x", "../1", "..%2f1", "%2e%2e", ".", "..", "1/2", "/", "//evil.example", "\\", "1?a=b", "?",
    "1#", "1&patient_id=2", "1=2", "1;2", ":", "1@x", "http://evil.example/", "%", "%31", "%00", "\0", "1\0",
    "1\r\nX: 1", "1\n", "\n1", "1 ", " 1", "+1", "-1", "1.0", "1e3", "0x1", "1_000", "\u0667", "\uff17",
    "\u00b2", "\ud800", "1" * 19, "1" * 100_000, "' OR 1=1", "null", "true", "[1]", "{id}", "*",
]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "target"),
    [
        ("person_information", "/person_informations/7"),
        ("person_informations_of", "/person_informations?patient_id=7&page=1&page_size=100"),
        ("person_informations", "/person_informations?page=1&page_size=100"),
        ("dependents_of", "/dependents?primary_holder_id=7&page=1&page_size=100"),
        ("dependents", "/dependents?page=1&page_size=100"),
        ("plans", "/plans?page=1&page_size=100"),
        ("reachable", "/plans?page=1&page_size=1"),
    ],
)
async def test_only_documented_questions_are_sent(question: str, target: str) -> None:
    """Each question is one GET with the token, and no parameter but those of the document."""
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=person(7) if question == "person_information" else [])

    upstream = Upstream(
        "clinic",
        "https://clinic.example/api",
        authorization=StaticHeader("X-User-Token", "t0ken"),
        client=OverHttpx(httpx.MockTransport(handler)),
        explain=refusal,
    )
    await QUESTIONS[question](Clinic(upstream, "test"))
    assert [(one.method, one.url.raw_path.decode()) for one in seen] == [
        ("GET", f"/api/v1/clinic/insurances{target}")
    ]
    assert seen[0].headers["x-user-token"] == "t0ken"


@pytest.mark.parametrize("question", KEYED)
@pytest.mark.parametrize("key", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_key_is_never_sent(question: str, key: str) -> None:
    """What is no integer of 1 to 18 digits names nothing: nothing is sent, and the key is not repeated."""

    def handler(_: httpx.Request) -> httpx.Response:
        raise AssertionError

    with pytest.raises(InvalidKey) as raised:
        await KEYED[question](clinic(handler), key)
    assert str(raised.value) == "The clinic's ids are integers of 1 to 18 digits."


async def test_another_id_is_a_bad_response() -> None:
    """A read answered with another person's information is no answer."""
    with pytest.raises(BadResponse):
        await answering(person(8)).person_information("7")


async def test_a_key_with_leading_zeros_names_the_same() -> None:
    """An id is an integer: zeros before it change nothing."""
    found = await answering(person(7)).person_information("007")
    assert found is not None
    assert found.id == "7"


async def test_other_patients_information_is_dropped() -> None:
    """A clinic that ignores the filter answers with everybody's: only the patient's own is told."""
    body = [
        person(1),
        person(2, ownable_id=8),
        person(3, ownable_type="Provider"),
        person(4, ownable_type="patient"),
        person(5, ownable_id=None),
        person(6, ownable_type=None),
        person(7, ownable_id="07"),
    ]
    listing = await answering(body).person_informations_of("7")
    assert [one.id for one in listing.items] == ["1", "7"]
    assert listing.bad_entries == 0


async def test_other_holders_dependents_are_dropped() -> None:
    """The same holds for dependents: those of other holders, and those of none, are not told."""
    holders = [7, 8, None, "7", "07", 70]
    body = [{"id": number, "primary_holder_id": holder} for number, holder in enumerate(holders)]
    listing = await answering(body).dependents_of("7")
    assert [one.id for one in listing.items] == ["0", "3", "4"]


async def test_a_page_of_everybody_has_every_owner() -> None:
    """A page of all has whatever rows there are."""
    body = [person(1), person(2, ownable_id=8), person(3, ownable_type="Provider")]
    part = await answering(body).person_informations(PageSearch(first=5))
    assert [one.record.id for one in part.found] == ["1", "2", "3"]


async def test_every_record_tells_its_source() -> None:
    """Records of lists and pages are stamped as a single one is, and the wire cannot say otherwise."""
    forged = person(7, **{"(source)": {"system": "x", "fetched_at": "2020-01-01T00:00:00Z"}})
    server = answering([forged])
    alone = await answering(forged).person_information("7")
    (listed,) = (await server.person_informations_of("7")).items
    (paged,) = (await server.person_informations(PageSearch(first=1))).found
    assert alone is not None
    assert {one.source.system for one in (alone, listed, paged.record)} == {"clinic"}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, {"errors": "no"}, BadResponse),
        (200, "no", BadResponse),
        (302, None, BadResponse),
        (400, {"errors": "no"}, Rejected),
        (401, {"errors": "no"}, Refused),
        (403, {"errors": "no"}, Forbidden),
        (422, {"errors": "no"}, Refused),
        (422, {"errors": {"page": ["is invalid"]}}, Rejected),
        (422, None, Rejected),
        (429, None, RateLimited),
        (500, "<html>", Failed),
        (503, None, Failed),
    ],
)
async def test_each_failure_has_its_error(
    question: str, status: int, body: object, error: type[UpstreamError]
) -> None:
    """Every question fails with the same coded errors, whatever the clinic says along with them."""
    with pytest.raises(UpstreamError) as raised:
        await QUESTIONS[question](answering(body, status))
    assert type(raised.value) is error
    assert raised.value.system == "clinic"


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    ("broken", "error"), [(httpx.ConnectError, Unreachable), (httpx.ReadTimeout, TimedOut)]
)
async def test_no_answer_has_its_error(
    question: str, broken: type[httpx.HTTPError], error: type[UpstreamError]
) -> None:
    """An exchange that breaks is a coded error."""

    def handler(_: httpx.Request) -> httpx.Response:
        raise broken("x")

    with pytest.raises(error):
        await QUESTIONS[question](clinic(handler))


@pytest.mark.parametrize("body", [[], {"plans": []}, {"data": [{"id": "x"}]}, [{"id": 1}]])
async def test_a_clinic_that_shows_its_plans_is_reachable(body: object) -> None:
    """Any page of plans will do, also an empty one, or one that cannot be read entry by entry."""
    await answering(body).reachable()


def test_the_policies_are_these() -> None:
    """Plans are remembered for an hour, people for a minute."""
    fresh = {name: policy.ages.fresh for name, policy in policies([Clinic], {})}
    assert fresh == {
        "Clinic.person_information": 60,
        "Clinic.person_informations_of": 60,
        "Clinic.person_informations": 60,
        "Clinic.dependents_of": 60,
        "Clinic.dependents": 60,
        "Clinic.plans": 3600,
    }


def test_each_fetch_belongs_to_the_clinic() -> None:
    """Joins find the connector by its fetches."""
    fetches: list[Fetch[Any, Any, Any]] = [one for one in vars(Clinic).values() if isinstance(one, Fetch)]
    assert {fetch.connector.system for fetch in fetches} == {"clinic"}
