"""The upstreams of the benchmark: the sandbox's own answers, played from a tape, so that none is the limit.

The first GET of a URL goes through to the sandbox; what it said is given again, byte for byte, from then on,
which costs about 15 µs. `python -m benchmarks.upstreams` serves them until it is stopped, and prints one line
of JSON: `environment`, the variables that lead a gateway there, and `control`, where a POST sets the latency
in milliseconds and a GET tells the calls since then: `calls`, without those for tokens, how many of them were
`distinct`, and how many the `busiest` upstream took.
"""

import asyncio
import json
import sys
from collections import defaultdict
from contextlib import AsyncExitStack
from urllib.parse import urlsplit, urlunsplit

import httpx
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.embedded import HOST, Sandbox, serving_sandbox
from app.greeting import environment
from app.server import serving
from benchmarks.people import couples
from sandbox.canvas import Canvas
from sandbox.clinic import Clinic
from sandbox.eligibility import Eligibility

_HOP_BY_HOP = {"connection", "transfer-encoding", "content-length"}


class Meter:
    """How long the upstreams take (`latency`, in seconds), and what each was asked: its first lines."""

    def __init__(self) -> None:
        self.latency = 0.0
        self.asked: dict[str, list[bytes]] = defaultdict(list)

    async def control(self, request: Request) -> Response:
        """Tells the calls since the last POST, which sets the latency."""
        if request.method == "POST":
            self.latency = int(await request.body()) / 1000
            self.asked.clear()
        counts = [len(lines) for lines in self.asked.values()]
        distinct = [len(set(lines)) for lines in self.asked.values()]
        return JSONResponse(
            {"calls": sum(counts), "distinct": sum(distinct), "busiest": max(counts, default=0)}
        )


class Tape:
    """What one upstream said, by the first line of the request."""

    def __init__(self, origin: str, meter: Meter, http: httpx.AsyncClient) -> None:
        self.meter = meter
        self.origin = origin
        self.said: dict[bytes, bytes] = {}
        self._http = http

    async def heard(self, head: bytes, body: bytes) -> bytes:
        """The upstream's answer to a request, as it would be on the wire."""
        line, *headers = head.decode("latin-1").split("\r\n")
        method, target, _ = line.split(" ")
        given = dict(header.split(": ", 1) for header in headers)
        given.pop("Host")
        answer = await self._http.request(method, self.origin + target, headers=given, content=body)
        told = [(name, value) for name, value in answer.headers.items() if name not in _HOP_BY_HOP]
        told.append(("content-length", str(len(answer.content))))
        written = "".join(f"{name}: {value}\r\n" for name, value in told)
        wire = f"HTTP/1.1 {answer.status_code} -\r\n{written}\r\n".encode("latin-1") + answer.content
        if method == "GET":
            self.said[head.partition(b"\r\n")[0]] = wire
        return wire


class Player(asyncio.Protocol):
    """A connection on which a tape is played."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._loop = asyncio.get_running_loop()
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """A request, or a part of one."""
        self._buffer += data
        head, end, body = self._buffer.partition(b"\r\n\r\n")
        if not end or (head.startswith(b"POST") and not body):
            return
        self._buffer = b""
        line = head.partition(b"\r\n")[0]
        if line.startswith(b"GET"):
            self._tape.meter.asked[self._tape.origin].append(line)
        said = self._tape.said.get(line)
        if said is None:
            self._hearing = self._loop.create_task(self._hear(head, body))
        else:
            self._say(said)

    async def _hear(self, head: bytes, body: bytes) -> None:
        self._say(await self._tape.heard(head, body))

    def _say(self, said: bytes) -> None:
        write = self._transport.write  # type: ignore[attr-defined]  # of the kind that connections have
        if self._tape.meter.latency:
            self._loop.call_later(self._tape.meter.latency, write, said)
        else:
            write(said)


async def _serve() -> None:
    people = couples()
    meter = Meter()
    sandbox = Sandbox(canvas=Canvas(people), clinic=Clinic(people), eligibility=Eligibility(people))
    async with AsyncExitStack() as running:
        upstreams = await running.enter_async_context(serving_sandbox(sandbox))
        http = await running.enter_async_context(httpx.AsyncClient(timeout=60))
        ports: dict[str, int] = {}
        variables = environment(upstreams)
        for name, value in variables.items():
            if name.endswith("URL"):
                variables[name] = await _played(value, ports, meter, http)
        control = Starlette(routes=[Route("/", meter.control, methods=["GET", "POST"])])
        address = await running.enter_async_context(serving(control, HOST, 0))
        sys.stdout.write(json.dumps({"environment": variables, "control": address}) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


async def _played(url: str, ports: dict[str, int], meter: Meter, http: httpx.AsyncClient) -> str:
    """The same address, with a tape before it."""
    parts = urlsplit(url)
    if parts.netloc not in ports:
        tape = Tape(f"{parts.scheme}://{parts.netloc}", meter, http)
        server = await asyncio.get_running_loop().create_server(lambda: Player(tape), HOST, 0)
        ports[parts.netloc] = server.sockets[0].getsockname()[1]
    return urlunsplit(parts._replace(netloc=f"{HOST}:{ports[parts.netloc]}"))


if __name__ == "__main__":
    uvloop.run(_serve())
