"""A whole gateway over a whole sandbox, on real sockets, in each of the sandbox's modes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, get_args

import httpx
import pytest
import pytest_asyncio

from app.asgi import create_app
from app.embedded import Upstreams, serving_sandbox
from app.server import serving
from app.settings import Settings
from sandbox.canvas import Canvas, Switches
from sandbox.canvas.switches import CanvasMode

ASK = {"accept": "application/graphql-response+json"}


@dataclass(frozen=True)
class Gateway:
    """A running gateway: a client at its origin, the Canvas behind it, and the settings that lead there."""

    http: httpx.AsyncClient
    canvas: Canvas
    upstreams: Upstreams

    async def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """The response body to a query."""
        answer = await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=ASK)
        body: dict[str, Any] = answer.json()
        return body

    async def data(self, query: str, **variables: object) -> Any:
        """The data of an answer that must have nothing else."""
        body = await self.ask(query, **variables)
        assert set(body) == {"data"}, sorted(body)
        return body["data"]

    def case(self, name: str) -> str:
        """The id of the first patient of a named case."""
        return self.canvas.population.case(name).patient_ids[0]


@asynccontextmanager
async def serving_gateway(
    canvas: Canvas, upstreams: Upstreams, *, timeout: float = 10.0, deadline: float = 30.0
) -> AsyncIterator[Gateway]:
    """A gateway with nothing remembered. `timeout` bounds an upstream call, `deadline` an operation (s)."""
    settings = Settings(
        port=0, timeout=deadline, canvas=upstreams["canvas"].model_copy(update={"timeout": timeout})
    )
    async with (
        serving(create_app(settings), settings.host, settings.port) as origin,
        httpx.AsyncClient(base_url=origin, timeout=30, limits=httpx.Limits(max_connections=None)) as http,
    ):
        yield Gateway(http, canvas, upstreams)


@asynccontextmanager
async def running(canvas: Canvas, **bounds: float) -> AsyncIterator[Gateway]:
    """A gateway over a simulated Canvas of its own."""
    async with serving_sandbox(canvas) as upstreams, serving_gateway(canvas, upstreams, **bounds) as gateway:
        yield gateway


@pytest.fixture(params=get_args(CanvasMode), scope="session")
def mode(request: pytest.FixtureRequest) -> CanvasMode:
    """How the simulated Canvas answers."""
    chosen: CanvasMode = request.param
    return chosen


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def simulated(mode: CanvasMode) -> AsyncIterator[tuple[Canvas, Upstreams]]:
    """A Canvas on its sockets, for all journeys of a mode: they only read."""
    canvas = Canvas(switches=Switches(mode=mode))
    async with serving_sandbox(canvas) as upstreams:
        yield canvas, upstreams


@pytest_asyncio.fixture(loop_scope="session")
async def gateway(simulated: tuple[Canvas, Upstreams]) -> AsyncIterator[Gateway]:
    """A gateway of its own for each journey, over a Canvas whose journal is empty and that has no fault."""
    canvas, upstreams = simulated
    canvas.journal.clear()
    canvas.faults.clear()
    async with serving_gateway(canvas, upstreams) as one:
        yield one
