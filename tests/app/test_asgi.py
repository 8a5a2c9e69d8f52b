"""What the gateway serves beside its endpoint, and to whom."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from app.asgi import create_app
from app.server import serving
from app.settings import CanvasSettings, Settings
from schema.query import graph

UPSTREAMS = ("canvas", "clinic", "eligibility")


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """A client of a gateway without upstreams."""
    async with (
        serving(create_app(Settings(port=0)), "127.0.0.1", 0) as origin,
        httpx.AsyncClient(base_url=origin) as client,
    ):
        yield client


async def test_the_schema_is_served(http: httpx.AsyncClient) -> None:
    """Tools can fetch the schema as text."""
    answer = await http.get("/schema.graphql")

    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text == graph().sdl


async def test_a_browser_gets_graphiql(http: httpx.AsyncClient) -> None:
    """A page for those who ask for HTML at the endpoint's own address."""
    answer = await http.get("/graphql", headers={"accept": "text/html,*/*;q=0.8"})

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "graphiql" in answer.text.lower()


async def test_health_without_upstreams(http: httpx.AsyncClient) -> None:
    """A gateway without upstreams lives and is ready, and says what it lacks."""
    assert (await http.get("/health/live")).json() == {"status": "live"}
    ready = await http.get("/health/ready")

    assert (ready.status_code, ready.json()["upstreams"]) == (200, dict.fromkeys(UPSTREAMS, "not configured"))


async def test_a_dead_upstream_is_told_and_leaves_the_gateway_ready() -> None:
    """Readiness says that the upstream cannot be reached, and stays 200: only its fields are lost."""
    nowhere = CanvasSettings.model_validate(
        {
            "fhir_url": "http://127.0.0.1:9",
            "token_url": "http://127.0.0.1:9/",
            "client_id": "c",
            "client_secret": "s",
        }
    )
    async with (
        serving(create_app(Settings(port=0, canvas=nowhere)), "127.0.0.1", 0) as origin,
        httpx.AsyncClient(base_url=origin) as client,
    ):
        ready = await client.get("/health/ready")

    assert (ready.status_code, ready.json()["upstreams"]["canvas"]) == (200, "unreachable")


async def test_the_root_leads_to_the_graph(http: httpx.AsyncClient) -> None:
    """Who opens the bare address finds GraphiQL."""
    answer = await http.get("/")

    assert (answer.status_code, answer.headers["location"]) == (307, "/graphql")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost:80@evil.example", "0.0.0.0", ""]
)
async def test_another_host_name_is_refused(http: httpx.AsyncClient, host: str) -> None:
    """A page elsewhere that resolves its own name to this machine gets nothing (DNS rebinding)."""
    answer = await http.post("/graphql", json={"query": "{ __typename }"}, headers={"host": host})

    assert answer.status_code == 400


async def test_two_host_names_are_refused(http: httpx.AsyncClient) -> None:
    """Whoever looks at the other one would think that it was asked for there."""
    reader, writer = await asyncio.open_connection(http.base_url.host, http.base_url.port)
    writer.write(b"GET /schema.graphql HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")
    status = await reader.readline()
    writer.close()
    await writer.wait_closed()

    assert status.startswith(b"HTTP/1.1 400 ")


async def test_every_path_is_guarded(http: httpx.AsyncClient) -> None:
    """Not the graph alone."""
    for path in ("/", "/schema.graphql", "/health/ready", "/metrics", "/nowhere"):
        assert (await http.get(path, headers={"host": "evil.example"})).status_code == 400


async def test_a_slash_too_many_leads_to_the_graph(http: httpx.AsyncClient) -> None:
    """As at any other address."""
    answer = await http.post("/graphql/", json={"query": "{ __typename }"}, follow_redirects=True)

    assert answer.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "localhost:8000"])
async def test_this_machines_names_are_served(http: httpx.AsyncClient, host: str) -> None:
    """With and without a port."""
    answer = await http.post("/graphql", json={"query": "{ __typename }"}, headers={"host": host})

    assert answer.json() == {"data": {"__typename": "Query"}}
