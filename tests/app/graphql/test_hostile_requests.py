import gzip
import json
import time
from typing import Any

import httpx
import pytest

from app.graphql.request import from_query_string
from app.graphql.response import HTTPError
from tests.app.graphql.small_graph import Gateway, serving

HEADERS = {"content-type": "application/json", "accept": "application/graphql-response+json"}
MOST_SECONDS = 1.5


def posted(query: object, **variables: object) -> bytes:
    """The body of a GraphQL request."""
    return json.dumps({"query": query, "variables": variables}).encode()


TREE = "query ($tree: Tree) { echo(tree: $tree) }"
VALUE = b'{"query":"query ($tree: Tree) { echo(tree: $tree) }","variables":{"tree":%s}}'
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "number": b"1",
    "string": b'"x"',
    "list": b"[]",
    "batch": b'[{"query":"{ hello }"}]',
    "invalid UTF-8": b'{"query":"{ hello(name: \\"\xff\\") }"}',
    "UTF-16": '{"query":"{ hello }"}'.encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf" + posted("{ hello }"),
    "NUL": b"\x00" * 100,
    "lists 1000 deep": b"[" * 1000 + b"]" * 1000,
    "lists 100000 deep": b"[" * 100_000 + b"]" * 100_000,
    "open lists 1000000 deep": b"[" * 1_000_000,
    "objects 1000 deep": VALUE % (b'{"branch":' * 1000 + b"null" + b"}" * 1000),
    "objects 400 deep": VALUE % (b'{"branch":' * 400 + b"null" + b"}" * 400),
    "objects 100000 deep": VALUE % (b'{"branch":' * 100_000 + b"null" + b"}" * 100_000),
    "5000 digits": VALUE % (b'{"leaf":' + b"9" * 5000 + b"}"),
    "4000 digits": VALUE % (b'{"leaf":' + b"9" * 4000 + b"}"),
    "900000 digits": VALUE % (b'{"leaf":' + b"9" * 900_000 + b"}"),
    "900000 decimals": VALUE % (b'{"leaf":"' + b"." + b"9" * 900_000 + b'"}'),
    "not a number": VALUE % b'{"leaf":NaN}',
    "infinite": VALUE % b'{"leaf":Infinity}',
    "1e999": VALUE % b'{"leaf":1e999}',
    "lone surrogate in the query": b'{"query":"{ hello(name: \\"\\ud800\\") }"}',
    "lone surrogate in a variable": b'{"query":"{ hello }","variables":{"name":"\\udfff"}}',
    "lone surrogate in a name": b'{"query":"{ hello }","variables":{"\\udfff":1}}',
    "surrogate escape in GraphQL": posted('{ hello(name: "\\ud800") }'),
    "wrong types": b'{"query":{},"variables":"x","operationName":[]}',
    "variables of a wrong type": posted(TREE, tree="x" * 100_000),
    "many wrong variables": posted(
        f"query ({''.join(f'$v{n}: Int ' for n in range(300))}) {{ echo(numbers: [{'$v1' * 300}]) }}",
        **{f"v{n}": "x" * 1000 for n in range(300)},
    ),
    "wrong items": posted("query ($n: [Int]) { echo(numbers: $n) }", n=["x"] * 100_000),
    "3000 aliases": posted("{" + "".join(f"a{n}: broken " for n in range(3000)) + "}"),
    "600 failing aliases": posted("{" + "".join(f"{'a' * 150}{n}: badKey " for n in range(600)) + "}"),
    "a failing alias of 90000 characters": posted("{" + "a" * 90_000 + ": badKey }"),
    "a field of 90000 characters": posted("{" + "a" * 90_000 + "}"),
    "a field of 900000 characters": posted("{" + "a" * 900_000 + "}"),
    "an operation of 900000 characters": json.dumps(
        {"query": "{ hello }", "operationName": "a" * 900_000}
    ).encode(),
    "100000 tokens": posted("{" + "hello " * 100_000 + "}"),
    "100000 comments": posted("#\n" * 100_000 + "{ hello }"),
    "nested selections": posted("{" + "one {" * 10_000),
    "nested values": posted("{ echo(numbers: " + "[" * 50_000),
    "a block string": posted('{ echo(tree: """' + "\n  x" * 200_000 + '""") }'),
    "1900 conflicting fields": posted("{" + "".join(f"x: {name} " for name in ("hello", "slow") * 320) + "}"),
    "1900 unknown fields": posted("{" + "".join(f"z{n} " for n in range(1900)) + "}"),
    "fragments that spread each other": posted(
        "{...f0}"
        + "".join(f"fragment f{n} on Query {{...f{(n + 1) % 150} ...f{(n + 2) % 150}}}" for n in range(150))
    ),
    "800 duplicate variables": posted(f"query ({'$a: Int ' * 490}) {{ hello }}"),
}


def check(response: httpx.Response, seconds: float) -> None:
    """A quick and bounded GraphQL answer that blames the sender, each error with a code."""
    assert 400 <= response.status_code < 500 or "data" in response.json()
    assert response.status_code < 500
    errors = response.json()["errors"]
    assert 1 <= len(errors) <= 100
    assert all(error["extensions"]["code"] != "INTERNAL_SERVER_ERROR" for error in errors)
    assert all(len(error["message"].encode()) <= 500 for error in errors)
    assert len(json.dumps(errors)) <= 64_000
    assert seconds < MOST_SECONDS


async def timed(gateway: Gateway, method: str = "POST", **request: Any) -> tuple[httpx.Response, float]:
    """An answer and how many seconds it took."""
    started = time.perf_counter()
    response = await gateway.send(method, **request)
    return response, time.perf_counter() - started


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
async def test_hostile_bodies(body: bytes) -> None:
    """No body is answered by a fault of ours, by much text, or late."""
    check(*await timed(Gateway(), headers=HEADERS, content=body))


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query",
        "query=",
        "query=%ff",
        "query=%7B%20hello(name:%22%ED%A0%80%22)%20%7D",
        "query={hello}&variables=%22\\ud800%22",
        "query={hello}&variables=" + "[" * 20_000,
        "query={hello}&variables=1" + "0" * 5000,
        "query={hello}&variables=[]",
        "query={hello}&extensions=1",
        "query={hello}&operationName=Other",
        "&".join(f"query=a{n}" for n in range(5000)),
        "query=" + "{one" * 5000,
    ],
    ids=range(13),
)
async def test_hostile_query_strings(query_string: str) -> None:
    """No query string is answered by a fault of ours, by much text, or late."""
    url = httpx.URL("http://gateway/graphql", query=query_string.encode())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(Gateway().endpoint)) as client:
        started = time.perf_counter()
        response = await client.get(url, headers=HEADERS)
        check(response, time.perf_counter() - started)


def test_raw_bytes_in_a_query_string() -> None:
    """A query string is ASCII on the wire; other bytes are refused, not guessed."""
    with pytest.raises(HTTPError) as raised:
        from_query_string(b"query={hello}\xff")

    assert raised.value.status == 400


async def test_duplicate_keys() -> None:
    """Of a property that is given twice the last one counts, as JSON parsers have it."""
    response = await Gateway().send(headers=HEADERS, content=b'{"query":"{","query":"{ hello }"}')

    assert response.json() == {"data": {"hello": "hello you"}}


async def test_what_our_own_data_hold() -> None:
    """A lone surrogate that GraphQL lets through leaves as an escape, so that the answer is UTF-8."""
    gateway = Gateway()
    gateway.prepare = lambda context: context.notices.update(text="\ud800")
    response = await gateway.ask("{ hello }")

    assert response.json()["extensions"] == {"text": "\ud800"}


@pytest.mark.parametrize("sending", ["at once", "chunked", "gzip"])
async def test_bodies_too_large(sending: str) -> None:
    """On a real connection a body over the cap is refused however it is sent, and others are still served."""
    large = b" " * 2_000_000

    async def chunks() -> Any:
        for start in range(0, len(large), 50_000):
            yield large[start : start + 50_000]

    content = {"at once": large, "chunked": chunks(), "gzip": gzip.compress(large)}[sending]
    headers = HEADERS | ({"content-encoding": "gzip"} if sending == "gzip" else {})
    async with serving(Gateway().endpoint) as port, httpx.AsyncClient(trust_env=False) as client:
        url = f"http://127.0.0.1:{port}/graphql"
        response = await client.post(url, content=content, headers=headers)
        after = await client.post(url, json={"query": "{ hello }"})

    assert response.status_code == (415 if sending == "gzip" else 413)
    check(response, 0)
    assert after.status_code == 200
