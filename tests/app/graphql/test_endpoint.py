import json
from typing import Any

import httpx
import pytest

from app.graphql.negotiation import GRAPHQL, JSON
from connectors.errors import BadResponse
from resolvers.context import Incident
from tests.app.graphql.small_graph import SECRET, Context, Gateway

TYPED = {"content-type": "application/json"}
HELLO = '{"query":"{ hello }"}'
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def codes(response: httpx.Response) -> list[str]:
    """The code of each error."""
    return [error["extensions"]["code"] for error in response.json()["errors"]]


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_an_answer(method: str, accept: str) -> None:
    """A query is answered by both methods, in the media type asked for, and no cache may keep it."""
    given = {"json" if method == "POST" else "params": {"query": "{ hello }"}}
    response = await Gateway().send(method, headers={"accept": accept}, **given)

    assert (response.status_code, response.json()) == (200, {"data": {"hello": "hello you"}})
    assert response.headers["content-type"] == f"{accept}; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["vary"] == "accept, authorization"
    assert response.headers["content-length"] == str(len(response.content))


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        ({"method": "PUT"}, 405, "METHOD_NOT_ALLOWED"),
        ({"headers": {**TYPED, "accept": "text/html"}, "content": HELLO}, 406, "NOT_ACCEPTABLE"),
        ({"headers": {"content-type": "text/plain"}, "content": HELLO}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ({"content": HELLO}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ({"data": {"query": "{ hello }"}}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ({"headers": {**TYPED, "content-encoding": "br"}, "content": HELLO}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ({"headers": TYPED, "content": " " * 1_000_001}, 413, "CONTENT_TOO_LARGE"),
        ({"headers": TYPED}, 400, "BAD_REQUEST"),
        ({"headers": TYPED, "content": "{"}, 400, "BAD_REQUEST"),
        ({"json": {}}, 400, "BAD_REQUEST"),
        ({"json": [{"query": "{ hello }"}]}, 400, "BAD_REQUEST"),
        ({"json": {"query": None}}, 400, "BAD_REQUEST"),
        ({"json": {"query": "{ hello }", "variables": []}}, 400, "BAD_REQUEST"),
        ({"json": {"query": "{ hello }", "operationName": 1}}, 400, "BAD_REQUEST"),
        ({"json": {"query": "{ hello }", "extensions": "x"}}, 400, "BAD_REQUEST"),
        ({"json": {"query": "subscription { tick }"}}, 400, "BAD_REQUEST"),
        ({"method": "GET"}, 400, "BAD_REQUEST"),
        ({"method": "GET", "params": {"query": "{ hello }", "variables": "{"}}, 400, "BAD_REQUEST"),
        ({"method": "GET", "params": {"query": "{ hello }", "variables": "[]"}}, 400, "BAD_REQUEST"),
        ({"method": "GET", "params": {"query": "mutation { write }"}}, 405, "METHOD_NOT_ALLOWED"),
    ],
    ids=lambda value: None if isinstance(value, dict) else value,
)
@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_not_a_graphql_request(request_: dict[str, Any], status: int, code: str, accept: str) -> None:
    """What is no well-formed GraphQL request gets a 4xx and one coded error, whatever the client accepts."""
    gateway = Gateway()
    headers = {"accept": accept, **request_.get("headers", {})}
    response = await gateway.send(**{**request_, "headers": headers})

    assert (response.status_code, codes(response)) == (status, [code])
    assert "data" not in response.json()
    assert not gateway.contexts


@pytest.mark.parametrize(
    ("request_", "allow"),
    [
        ({"method": "DELETE"}, "GET, POST"),
        ({"method": "HEAD"}, "GET, POST"),
        ({"method": "OPTIONS"}, "GET, POST"),
        ({"method": "GET", "params": {"query": "mutation { write }"}}, "POST"),
    ],
    ids=["delete", "head", "options", "mutation"],
)
async def test_what_is_allowed_instead(request_: dict[str, Any], allow: str) -> None:
    """A method that is refused comes back with those that are not."""
    assert (await Gateway().send(**request_)).headers["allow"] == allow


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{", None, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("query ($id: ID!) { echo(required: $id) }", {"id": None}, "BAD_USER_INPUT"),
        ("query A { hello } query B { hello }", None, "OPERATION_RESOLUTION_FAILURE"),
    ],
    ids=["parse", "validation", "variables", "operation"],
)
async def test_request_errors(query: str, variables: dict[str, Any] | None, code: str) -> None:
    """A GraphQL request error has no data: 400 in the GraphQL media type, 200 in plain JSON."""
    plain = await Gateway().ask(query, JSON, variables=variables)
    modern = await Gateway().ask(query, GRAPHQL, variables=variables)

    assert [(200, [code]), (400, [code])] == [(each.status_code, codes(each)) for each in (plain, modern)]
    assert plain.json() == modern.json()
    assert "data" not in plain.json()


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_null_data_was_executed(accept: str) -> None:
    """An executed operation answers 200, also when its data came to null."""
    response = await Gateway().ask("{ needed }", accept)

    assert (response.status_code, response.json()["data"]) == (200, None)
    assert codes(response) == ["INTERNAL_SERVER_ERROR"]


async def test_partial_data() -> None:
    """A failed field is null, with one error that says where and what; the rest is answered."""
    response = await Gateway().ask("{ hello unreachable }")

    assert response.json() == {
        "errors": [
            {
                "message": "canvas could not be reached",
                "extensions": {"code": "UPSTREAM_UNAVAILABLE", "system": "canvas"},
                "locations": [{"line": 1, "column": 9}],
                "path": ["unreachable"],
            }
        ],
        "data": {"hello": "hello you", "unreachable": None},
    }


async def test_what_the_context_adds() -> None:
    """Errors that cost no field come after those that did; extensions come beside the data."""

    def prepare(context: Context) -> None:
        context.incidents = [Incident(["hello"], BadResponse("canvas"))]
        context.notices = {"notices": [{"path": ["hello"], "code": "UPSTREAM_NOT_CONFIGURED"}]}

    gateway = Gateway()
    gateway.prepare = prepare
    response = await gateway.ask("{ hello unreachable }")

    assert codes(response) == ["UPSTREAM_UNAVAILABLE", "UPSTREAM_BAD_RESPONSE"]
    assert response.json()["extensions"] == {
        "notices": [{"path": ["hello"], "code": "UPSTREAM_NOT_CONFIGURED"}]
    }


@pytest.mark.parametrize(
    "parameters",
    [
        {"variables": None, "operationName": None, "extensions": None},
        {"operationName": "", "extensions": {"some": "value"}},
        {"unknown": 1, "doc_id": "2"},
    ],
    ids=["nulls", "empty name", "unknown"],
)
async def test_parameters_that_say_nothing(parameters: dict[str, Any]) -> None:
    """Null is the same as not given; properties that nobody knows are ignored."""
    assert (await Gateway().ask("query Q { hello }", **parameters)).json() == {"data": {"hello": "hello you"}}


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_variables_and_operation_name(method: str) -> None:
    """Variables and the operation's name arrive by both methods, in any script."""
    query = "query A($n: String) { hello(name: $n) } query B { number }"
    variables = {"n": "Žofie 🏊"}
    if method == "POST":
        response = await Gateway().ask(query, variables=variables, operationName="A")
    else:
        params = {"query": query, "variables": json.dumps(variables), "operationName": "A", "extensions": ""}
        response = await Gateway().send("GET", params=params)

    assert response.json() == {"data": {"hello": "hello Žofie 🏊"}}


@pytest.mark.parametrize(
    ("accept", "query", "content_type"),
    [
        (BROWSER, None, "text/html; charset=utf-8"),
        (BROWSER, "{ hello }", "application/json; charset=utf-8"),
        ("*/*", None, "application/json; charset=utf-8"),
    ],
    ids=["browser", "browser asks", "program"],
)
async def test_the_page(accept: str, query: str | None, content_type: str) -> None:
    """A browser that asks no query gets the page, if there is one."""
    params = {"query": query} if query else {}
    response = await Gateway(ide="<html>").send("GET", headers={"accept": accept}, params=params)

    assert response.headers["content-type"] == content_type
    assert (response.text == "<html>") is ("html" in content_type)


async def test_no_page() -> None:
    """Without a page a browser gets the error that every client gets."""
    assert codes(await Gateway().send("GET", headers={"accept": BROWSER})) == ["BAD_REQUEST"]


@pytest.mark.parametrize("query", ["{ hello }", "{ broken }", "query ($n: [Int]!) { echo(numbers: $n) }"])
async def test_a_context_is_closed_once(query: str) -> None:
    """However an operation ends, its context is closed, once."""
    gateway = Gateway()
    await gateway.ask(query)

    assert [context.told for context in gateway.contexts] == [["close"]]


async def test_what_cannot_be_foreseen(caplog: pytest.LogCaptureFixture) -> None:
    """Our own fault is 500 with a masked GraphQL error, and a line in the log that tells no value."""

    def prepare(_: Context) -> None:
        raise ValueError(SECRET)

    gateway = Gateway()
    gateway.prepare = prepare
    response = await gateway.ask("{ hello }", GRAPHQL)

    assert (response.status_code, codes(response)) == (500, ["INTERNAL_SERVER_ERROR"])
    assert SECRET not in response.text
    assert "unexpected ValueError" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_page_of_another_site_cannot_ask_by_get(site: str) -> None:
    """A browser sends such a GET without asking; it is refused, and nothing is executed."""
    gateway = Gateway()
    response = await gateway.send("GET", params={"query": "{ hello }"}, headers={"sec-fetch-site": site})

    assert (response.status_code, codes(response), gateway.contexts) == (403, ["BAD_REQUEST"], [])


@pytest.mark.parametrize("site", ["same-origin", "none"])
async def test_a_page_of_ours_can_ask_by_get(site: str) -> None:
    """The gateway's own page, and an address that a person typed."""
    response = await Gateway().send("GET", params={"query": "{ hello }"}, headers={"sec-fetch-site": site})

    assert response.json() == {"data": {"hello": "hello you"}}
