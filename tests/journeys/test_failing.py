"""What a client gets when an upstream is down, absent or talks rubbish, and when the question is bad."""

import asyncio
import logging
from typing import Any

import pytest

from app.asgi import create_app
from app.server import serving
from app.settings import Settings
from sandbox.connection_faults import hang_up, slow
from sandbox.faults import Act, Fault, edit_json, html_page, nested, status, truncated
from tests.journeys.conftest import Gateway, serving_gateway, until, written
from tests.journeys.test_reading import SUMMARY, summary

pytestmark = pytest.mark.asyncio(loop_scope="session")


def told(body: dict[str, Any]) -> list[tuple[str, list[str | int] | None]]:
    """The errors of an answer: code and path."""
    return [(error["extensions"]["code"], error.get("path")) for error in body.get("errors", [])]


FAILURES: list[tuple[Act, str]] = [
    (status(500), "UPSTREAM_UNAVAILABLE"),
    (status(503, {"Retry-After": "3600"}), "UPSTREAM_UNAVAILABLE"),
    (status(429, {"Retry-After": "3600"}), "UPSTREAM_RATE_LIMITED"),
    (status(403), "UPSTREAM_REFUSED"),
    (status(422), "UPSTREAM_REJECTED"),
    (hang_up(), "UPSTREAM_UNAVAILABLE"),
    (html_page(), "UPSTREAM_BAD_RESPONSE"),
    (truncated(), "UPSTREAM_BAD_RESPONSE"),
    (nested(), "UPSTREAM_BAD_RESPONSE"),
    (edit_json(lambda body: body | {"id": "another"}), "UPSTREAM_BAD_RESPONSE"),
    (edit_json(lambda body: body | {"resourceType": "Practitioner"}), "UPSTREAM_BAD_RESPONSE"),
]


async def test_an_upstream_failure_costs_its_own_field(gateway: Gateway) -> None:
    """Payors cannot be read: each payor is null with one coded error, and the rest is answered."""
    patient = gateway.case("ordinary")
    facts = gateway.population.facts(patient)
    (coverage,) = facts["coverages"]
    query = "query($id: ID!) { patient(id: $id) { name { text } coverages { id payorName payor { name } } } }"
    for act, code in FAILURES:
        gateway.canvas.faults.clear()
        gateway.canvas.faults.add(Fault(act, path="/Organization"))

        body = await gateway.ask(query, id=patient)

        assert body["data"]["patient"] == {
            "name": facts["name"],
            "coverages": [{"id": coverage["id"], "payorName": coverage["payorName"], "payor": None}],
        }
        assert told(body) == [(code, ["patient", "coverages", 0, "payor"])]
        assert all(part not in str(body["errors"]) for part in (patient, "Organization", "127.0.0.1"))


async def test_a_dead_ehr_is_one_error_a_field(gateway: Gateway) -> None:
    """With the whole EHR gone, the patient is null and the error says which system failed."""
    gateway.canvas.faults.add(Fault(hang_up()))

    body = await gateway.ask(SUMMARY, id=gateway.case("ordinary"))

    assert body["data"] == {"patient": None}
    assert told(body) == [("UPSTREAM_UNAVAILABLE", ["patient"])]
    assert body["errors"][0]["message"] == "canvas could not be reached"
    assert body["errors"][0]["extensions"]["system"] == "canvas"


async def test_a_failure_is_forgotten(gateway: Gateway) -> None:
    """As soon as the EHR is back, the next question is answered."""
    patient = gateway.case("ordinary")
    gateway.canvas.faults.add(Fault(status(500)))
    assert told(await gateway.ask(SUMMARY, id=patient))
    gateway.canvas.faults.clear()

    assert (await gateway.data(SUMMARY, id=patient))["patient"] == summary(gateway.population.facts(patient))


async def test_an_ehr_that_hangs_costs_its_deadline(gateway: Gateway) -> None:
    """A call ends at its total deadline, and the field says that the upstream was too slow."""
    gateway.canvas.faults.add(Fault(slow(30), path="/Organization"))
    async with serving_gateway(gateway.sandbox, gateway.upstreams, timeout=0.3) as impatient:
        body = await impatient.ask(SUMMARY, id=gateway.case("ordinary"))

    assert told(body) == [("UPSTREAM_TIMEOUT", ["patient", "coverages", 0, "payor"])]
    assert body["data"]["patient"]["name"]


async def test_an_operation_ends_at_its_deadline(gateway: Gateway) -> None:
    """When the operation's own time is over, what is there is answered and the rest is told as late."""
    gateway.canvas.faults.add(Fault(slow(30), path="/Organization"))
    async with serving_gateway(gateway.sandbox, gateway.upstreams, deadline=0.5) as hurried:
        body = await hurried.ask(SUMMARY, id=gateway.case("ordinary"))

    assert told(body) == [("UPSTREAM_TIMEOUT", ["patient", "coverages", 0, "payor"])]
    assert body["data"]["patient"]["name"]


async def test_a_bad_entry_costs_that_entry(gateway: Gateway) -> None:
    """One entry of a search that cannot be read is left out and told once; the others are answered."""
    patient = gateway.case("primary-and-secondary")
    facts = gateway.population.facts(patient)
    spoilt = facts["coverages"][0]["id"]

    def spoil(bundle: dict[str, Any]) -> object:
        for entry in bundle.get("entry", []):
            if entry["resource"].get("id") == spoilt:
                entry["resource"]["period"] = "always"
        return bundle

    gateway.canvas.faults.add(Fault(edit_json(spoil), path="/Coverage"))

    body = await gateway.ask(SUMMARY, id=patient)

    assert [coverage["id"] for coverage in body["data"]["patient"]["coverages"]] == [
        facts["coverages"][1]["id"]
    ]
    assert told(body) == [("UPSTREAM_BAD_RESPONSE", ["patient", "coverages"])]


async def test_tokens_are_renewed_when_they_stop_working(gateway: Gateway) -> None:
    """A token that the EHR no longer accepts is replaced once, without the client noticing."""
    await gateway.data(SUMMARY, id=gateway.case("ordinary"))
    gateway.canvas.tokens.revoke()

    await gateway.data(SUMMARY, id=gateway.case("open-ended"))

    assert gateway.canvas.journal.count("POST", "/auth/token/") == 2


async def test_wrong_credentials_are_told(gateway: Gateway) -> None:
    """The field's error says that the EHR refused us, and nothing of the credentials."""
    wrong = gateway.upstreams["canvas"].model_copy(update={"client_id": "somebody-else"})
    async with serving_gateway(gateway.sandbox, {"canvas": wrong}) as stranger:
        body = await stranger.ask(SUMMARY, id=gateway.case("ordinary"))

    assert told(body) == [("UPSTREAM_REFUSED", ["patient"])]


async def test_an_unconfigured_ehr_is_a_notice(gateway: Gateway) -> None:
    """Without settings for Canvas its fields are null with a notice, and nothing is an error."""
    async with serving(create_app(Settings(port=0)), "127.0.0.1", 0) as origin:
        answer = await gateway.http.post(
            f"{origin}/graphql", json={"query": '{ patient(id: "p") { id } organization(id: "o") { id } }'}
        )

    assert answer.json() == {
        "data": {"patient": None, "organization": None},
        "extensions": {
            "notices": [
                {"path": ["patient"], "code": "UPSTREAM_NOT_CONFIGURED"},
                {"path": ["organization"], "code": "UPSTREAM_NOT_CONFIGURED"},
            ]
        },
    }


UNKNOWN = "0" * 32
NOT_THERE: dict[str, object] = {
    "query($id: ID!) { patient(id: $id) { id } }": {"patient": None},
    "query($id: ID!) { coverage(id: $id) { id } }": {"coverage": None},
    "query($id: ID!) { organization(id: $id) { id } }": {"organization": None},
    "query($id: ID!) { coverages(filter: {patientId: $id}) { nodes { id } totalCount } }": {
        "coverages": {"nodes": [], "totalCount": 0}
    },
}


async def test_an_unknown_id_is_no_error(gateway: Gateway) -> None:
    """What does not exist is null or empty, and asking again soon costs nothing."""
    for query, data in NOT_THERE.items():
        assert await gateway.data(query, id=UNKNOWN) == data
        gateway.canvas.journal.clear()

        assert await gateway.data(query, id=UNKNOWN) == data
        assert gateway.canvas.journal.count() == 0


HOSTILE = [
    *(
        "",
        ".",
        "..",
        "a/b",
        "../Coverage",
        "a b",
        "%2e%2e",
        "%2F",
        "a?x=1",
        "a#b",
        "a;b",
        "a\\b",
        "a,b",
        "a|b",
    ),
    *(
        "a\r\nHost: evil",
        "a\0",
        "a\tb",
        "\ufeffa",
        "ü",
        "\u202ea",
        "𠮷",
        "{id}",
        "$id",
        "'",
        '"',
        "<a>",
        "x" * 65,
    ),
]
BY_ID = (
    "patient(id: $id)",
    "coverage(id: $id)",
    "organization(id: $id)",
    "coverages(filter: {patientId: $id})",
)


async def test_a_malformed_id_is_refused_before_anything_is_sent(gateway: Gateway) -> None:
    """An id that can name nothing is one coded error, and no upstream hears of it."""
    for field in BY_ID:
        selected = "nodes { id }" if field.startswith("coverages") else "id"
        for key in HOSTILE:
            body = await gateway.ask(f"query($id: ID!) {{ {field} {{ {selected} }} }}", id=key)

            assert told(body) == [("BAD_USER_INPUT", [field.partition("(")[0]])], (field, key)
    assert gateway.canvas.journal.count() == 0


MALFORMED = {
    "{ patient { id } }": "GRAPHQL_VALIDATION_FAILED",
    "{ patient(id: 1.5) { id } }": "GRAPHQL_VALIDATION_FAILED",
    '{ patient(id: "a") }': "GRAPHQL_VALIDATION_FAILED",
    '{ patient(id: "a" ': "GRAPHQL_PARSE_FAILED",
    "{ patients(search: {}) { nodes { id } } }": "BAD_USER_INPUT",
    '{ patients(search: {name: " "}) { nodes { id } } }': "BAD_USER_INPUT",
    '{ patients(search: {name: "a"}, first: 101) { nodes { id } } }': "BAD_USER_INPUT",
    '{ patients(search: {name: "a"}, after: "?") { nodes { id } } }': "BAD_USER_INPUT",
    '{ patients(search: {birthDate: "1990-13-01"}) { nodes { id } } }': "GRAPHQL_VALIDATION_FAILED",
    "{ coverages(filter: {}) { nodes { id } } }": "GRAPHQL_VALIDATION_FAILED",
    '{ coverages(filter: {patientId: "a", subscriberId: "b"}) { totalCount } }': "GRAPHQL_VALIDATION_FAILED",
    "query($f: CoverageFilter = {}) { coverages(filter: $f) { nodes { id } } }": "GRAPHQL_VALIDATION_FAILED",
    '{ coverages(filter: {subscriberId: " "}) { nodes { id } } }': "BAD_USER_INPUT",
    '{ organizations(name: " ") { nodes { id } } }': "BAD_USER_INPUT",
}


async def test_a_malformed_argument_is_one_coded_error(gateway: Gateway) -> None:
    """Bad input is told as such, whether the schema or a rule refuses it, and costs no call."""
    for query, code in MALFORMED.items():
        body = await gateway.ask(query)

        assert [error["extensions"]["code"] for error in body["errors"]] == [code], query
    assert gateway.canvas.journal.count() == 0


async def test_exactly_one_of_a_filter_by_variable(gateway: Gateway) -> None:
    """The same rule holds for a filter that comes as a variable."""
    query = "query($f: CoverageFilter!) { coverages(filter: $f) { nodes { id } } }"
    for given in ({}, {"patientId": "a", "subscriberId": "b"}, {"patientId": None}):
        body = await gateway.ask(query, f=given)

        assert [error["extensions"]["code"] for error in body["errors"]] == ["BAD_USER_INPUT"]


async def test_a_client_that_leaves_takes_its_calls_along(gateway: Gateway) -> None:
    """When the client goes, the upstream calls that only it waited for are cancelled."""
    gateway.canvas.faults.add(Fault(slow(60), path="/Patient"))
    asking = asyncio.ensure_future(gateway.ask(SUMMARY, id=gateway.case("ordinary")))
    await until(lambda: gateway.canvas.journal.in_flight == 1)

    asking.cancel()

    await until(lambda: gateway.canvas.journal.in_flight == 0)


async def test_nothing_personal_is_logged(gateway: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    """At every log level, through answers and failures, no id, name, number, URL or token is written."""
    caplog.set_level(logging.DEBUG)
    population = gateway.population
    patient = gateway.case("family-shared-member-number")
    await gateway.data(SUMMARY, id=patient)
    for act in (status(500), hang_up(), truncated(), html_page()):
        gateway.canvas.faults.add(Fault(act, times=4))
        await gateway.ask(SUMMARY, id=gateway.case("open-ended"))
        gateway.canvas.faults.clear()
    facts = population.facts(patient)

    for secret in (
        patient,
        facts["name"]["text"],
        facts["coverages"][0]["memberId"],
        "sandbox-secret",
        "Bearer",
    ):
        assert secret not in written(caplog)
