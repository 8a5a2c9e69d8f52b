"""A whole gateway over a whole sandbox, on real sockets, in each of the sandbox's modes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, get_args

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.asgi import create_app
from app.embedded import Sandbox, Upstreams, serving_sandbox
from app.server import serving
from app.settings import Settings
from connectors.clock import SYSTEM_CLOCK, Clock
from sandbox.canvas import Canvas, Switches
from sandbox.canvas.switches import CanvasMode, people_of
from sandbox.clinic import Clinic
from sandbox.clinic import Switches as ClinicSwitches
from sandbox.clinic.switches import Envelope
from sandbox.eligibility import Eligibility
from sandbox.eligibility import Switches as EligibilitySwitches
from sandbox.eligibility.switches import NoRecord
from sandbox.population import Population, population

MANNERS: dict[CanvasMode, tuple[Envelope, NoRecord]] = {
    "canvas": ("plural", "empty-list"),
    "plain-r4": ("bare", "null-content"),
    "ignores-filters": ("data", "null-data"),
}
ASK = {"accept": "application/graphql-response+json"}


@dataclass(frozen=True)
class Gateway:
    """A running gateway: a client at its origin, the upstreams behind it, the settings that lead there."""

    http: httpx.AsyncClient
    sandbox: Sandbox
    upstreams: Upstreams

    @property
    def canvas(self) -> Canvas:
        """The simulated Canvas."""
        return self.sandbox.canvas

    @property
    def population(self) -> Population:
        """The people."""
        return self.sandbox.population

    async def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """The response body to a query."""
        answer = await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=ASK)
        body: dict[str, Any] = answer.json()
        return body

    async def data(self, query: str, **variables: object) -> Any:
        """The data of an answer that must have no errors."""
        body = await self.ask(query, **variables)
        assert "errors" not in body, [error["extensions"] for error in body["errors"]]
        return body["data"]

    def case(self, name: str) -> str:
        """The id of the first patient of a named case."""
        return self.population.case(name).patient_ids[0]


@asynccontextmanager
async def serving_gateway(
    sandbox: Sandbox, upstreams: Upstreams, *, timeout: float = 10.0, deadline: float = 30.0
) -> AsyncIterator[Gateway]:
    """A gateway with nothing remembered. `timeout` bounds an upstream call, `deadline` an operation (s)."""
    bounded = {name: one.model_copy(update={"timeout": timeout}) for name, one in settings_of(upstreams)}
    settings = Settings(port=0, timeout=deadline, **bounded)
    async with (
        serving(create_app(settings), settings.host, settings.port) as origin,
        httpx.AsyncClient(base_url=origin, timeout=30, limits=httpx.Limits(max_connections=None)) as http,
    ):
        yield Gateway(http, sandbox, upstreams)


def settings_of(upstreams: Upstreams) -> list[tuple[str, Any]]:
    """The settings of each upstream by its name."""
    return list(upstreams.items())


@asynccontextmanager
async def running(sandbox: Sandbox, **bounds: float) -> AsyncIterator[Gateway]:
    """A gateway over simulated upstreams of its own."""
    async with (
        serving_sandbox(sandbox) as upstreams,
        serving_gateway(sandbox, upstreams, **bounds) as gateway,
    ):
        yield gateway


def sandbox_in(mode: CanvasMode, **canvas: Any) -> Sandbox:
    """A sandbox in which each upstream answers in another of its manners, one for each mode of Canvas."""
    envelope, no_record = MANNERS[mode]
    people = population(mode=people_of(mode))
    return Sandbox(
        canvas=Canvas(people, Switches(mode=mode, **canvas)),
        clinic=Clinic(people, ClinicSwitches(envelope=envelope)),
        eligibility=Eligibility(people, EligibilitySwitches(no_record=no_record)),
    )


async def until(holds: Callable[[], bool]) -> None:
    """Let the event loop run until something holds; fail if it never does."""
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0.005)


def written(caplog: pytest.LogCaptureFixture) -> str:
    """All that was logged, with the tracebacks.

    pytest listens to loggers that pass nothing on, such as uvicorn's access log, which is off otherwise.
    """
    formatter = logging.Formatter()
    return "\n".join(formatter.format(one) for one in caplog.records if one.name != "uvicorn.access")


@pytest.fixture(params=get_args(CanvasMode), scope="session")
def mode(request: pytest.FixtureRequest) -> CanvasMode:
    """How the simulated Canvas answers."""
    chosen: CanvasMode = request.param
    return chosen


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def simulated(mode: CanvasMode) -> AsyncIterator[tuple[Sandbox, Upstreams]]:
    """A sandbox on its sockets, for all journeys of a mode: they only read."""
    sandbox = sandbox_in(mode)
    async with serving_sandbox(sandbox) as upstreams:
        yield sandbox, upstreams


class Stage:
    """An ASGI app that is another one for each journey: a server stops more slowly than a journey runs."""

    def __init__(self) -> None:
        self.app: ASGIApp = PlainTextResponse("between journeys", 503)
        self.state: Mapping[str, Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the app of this journey answer."""
        if scope["type"] == "http":
            await self.app({**scope, "state": dict(self.state)}, receive, send)

    @asynccontextmanager
    async def playing(self, app: Starlette) -> AsyncIterator[None]:
        """Be this app while the block runs."""
        async with app.router.lifespan_context(app) as state:
            self.app, self.state = app, state or {}
            yield


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage() -> AsyncIterator[tuple[Stage, str]]:
    """A server for the gateways of all journeys, one after the other, and its origin."""
    one = Stage()
    async with serving(one, "127.0.0.1", 0) as origin:
        yield one, origin


class Theatre:
    """The stage, and the upstreams of a mode: where each journey has a gateway of its own."""

    def __init__(self, stage: Stage, origin: str, sandbox: Sandbox, upstreams: Upstreams) -> None:
        self.stage = stage
        self._origin = origin
        self.sandbox = sandbox
        self.upstreams = upstreams

    @asynccontextmanager
    async def playing(self, clock: Clock = SYSTEM_CLOCK, **settings: Any) -> AsyncIterator[Gateway]:
        """A gateway with these settings over upstreams with empty journals and without faults."""
        for one in (self.sandbox.canvas, self.sandbox.clinic, self.sandbox.eligibility):
            one.journal.clear()
            one.faults.clear()
        app = create_app(Settings(**{**self.upstreams, **settings}), clock)
        async with (
            self.stage.playing(app),
            httpx.AsyncClient(base_url=self._origin, timeout=30) as http,
        ):
            yield Gateway(http, self.sandbox, self.upstreams)


@pytest.fixture
def theatre(simulated: tuple[Sandbox, Upstreams], stage: tuple[Stage, str]) -> Theatre:
    """Where a journey plays that has wishes for its gateway."""
    return Theatre(*stage, *simulated)


@pytest_asyncio.fixture(loop_scope="session")
async def gateway(theatre: Theatre) -> AsyncIterator[Gateway]:
    """A gateway of its own for each journey, as it is without any wishes."""
    async with theatre.playing() as gateway:
        yield gateway
