"""The upstreams of the benchmark: the sandbox's own answers, recorded, so that no upstream is the limit.

The first GET of a URL is answered by the sandbox; what it said is given again, byte for byte, from then on.
`python -m benchmarks.upstreams` serves them until it is stopped, and prints one line of JSON: `environment`,
the variables that lead a gateway there, and `control`, where a POST sets the latency in milliseconds and a
GET tells the calls since then.
"""

import asyncio
import json
import sys
from typing import Any

import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.embedded import HOST, Sandbox, serving_sandbox
from app.greeting import environment
from app.server import serving
from benchmarks.people import couples
from sandbox.canvas import Canvas
from sandbox.clinic import Clinic
from sandbox.eligibility import Eligibility


class Meter:
    """How long the upstreams take (`latency`, in seconds), and how often they were asked."""

    def __init__(self) -> None:
        self.latency = 0.0
        self.calls = 0

    async def control(self, request: Request) -> Response:
        """Tells the calls since the last POST, which sets the latency."""
        if request.method == "POST":
            self.latency = int(await request.body()) / 1000
            self.calls = 0
        return JSONResponse({"calls": self.calls})


class Tape:
    """An ASGI app that hears another one once for each URL."""

    def __init__(self, app: ASGIApp, meter: Meter) -> None:
        self._app = app
        self._meter = meter
        self._said: dict[tuple[str, bytes], list[Message]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or have the inner app do the lifespan."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._meter.calls += 1
        if self._meter.latency:
            await asyncio.sleep(self._meter.latency)
        for message in await self._messages(scope, receive):
            await send(message)

    async def _messages(self, scope: Scope, receive: Receive) -> list[Message]:
        url = (scope["path"], scope["query_string"])
        messages = self._said.get(url)
        if messages is None:
            messages = await _heard(self._app, scope, receive)
            if scope["method"] == "GET":
                self._said[url] = messages
        return messages


class Recorded:
    """A simulated system whose apps are recorded."""

    def __init__(self, system: Any, meter: Meter) -> None:
        self._system = system
        self._meter = meter

    def fhir_app(self) -> ASGIApp:
        """Canvas's."""
        return Tape(self._system.fhir_app(), self._meter)

    def token_app(self) -> ASGIApp:
        """Canvas's too."""
        return Tape(self._system.token_app(), self._meter)

    def app(self) -> ASGIApp:
        """The clinic's, or the eligibility service's."""
        return Tape(self._system.app(), self._meter)


async def _heard(app: ASGIApp, scope: Scope, receive: Receive) -> list[Message]:
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    return messages


def _control(meter: Meter) -> ASGIApp:
    return Starlette(routes=[Route("/", meter.control, methods=["GET", "POST"])])


async def _serve() -> None:
    people = couples()
    meter = Meter()
    sandbox: Any = Sandbox(  # what serves it asks for the apps only
        canvas=Recorded(Canvas(people), meter),  # type: ignore[arg-type]
        clinic=Recorded(Clinic(people), meter),  # type: ignore[arg-type]
        eligibility=Recorded(Eligibility(people), meter),  # type: ignore[arg-type]
    )
    async with serving_sandbox(sandbox) as upstreams, serving(_control(meter), HOST, 0) as control:
        sys.stdout.write(json.dumps({"environment": environment(upstreams), "control": control}) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(_serve())
