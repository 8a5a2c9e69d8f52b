"""The upstreams of the benchmark: the sandbox's own answers, played from a tape, so that none is the limit.

The first GET of a URL goes through to the sandbox; what it said is given again, byte for byte, from then on,
which costs about 15 µs.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple, cast
from urllib.parse import urlsplit, urlunsplit

import httpx

from app.embedded import HOST, Sandbox, serving_sandbox
from app.greeting import environment
from app.server import collect_rarely
from benchmarks.people import couples
from sandbox.canvas import Canvas
from sandbox.clinic import Clinic
from sandbox.eligibility import Eligibility

_HOP_BY_HOP = {"connection", "transfer-encoding", "content-length"}


class Calls(NamedTuple):
    """Calls without those for tokens: all, how many of them were distinct, and the busiest upstream's."""

    calls: int
    distinct: int
    busiest: int


class Upstreams:
    """The recorded upstreams: the variables that lead a gateway there (`environment`), and a meter.

    They take `latency` seconds for an answer, and each was `asked` this: the first lines of its requests.
    """

    def __init__(self) -> None:
        self.environment: dict[str, str] = {}
        self.latency = 0.0
        self.asked: dict[str, list[bytes]] = defaultdict(list)

    def begin(self, latency: int) -> None:
        """Answer after so many milliseconds from now on, and count calls from zero."""
        self.latency = latency / 1000
        self.asked.clear()

    @property
    def calls(self) -> Calls:
        """What came since."""
        counts = [len(lines) for lines in self.asked.values()]
        distinct = [len(set(lines)) for lines in self.asked.values()]
        return Calls(sum(counts), sum(distinct), max(counts, default=0))


class Tape:
    """What one upstream said, by the first line of the request."""

    def __init__(self, origin: str, among: Upstreams, http: httpx.AsyncClient) -> None:
        self.among = among
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
        self._transport = cast(asyncio.Transport, transport)  # as of a Client

    def data_received(self, data: bytes) -> None:
        """A request, or a part of one."""
        self._buffer += data
        head, end, body = self._buffer.partition(b"\r\n\r\n")
        if not end or (head.startswith(b"POST") and not body):
            return
        self._buffer = b""
        line = head.partition(b"\r\n")[0]
        if line.startswith(b"GET"):
            self._tape.among.asked[self._tape.origin].append(line)
        said = self._tape.said.get(line)
        if said is None:
            self._hearing = self._loop.create_task(self._hear(head, body))
        else:
            self._say(said)

    async def _hear(self, head: bytes, body: bytes) -> None:
        self._say(await self._tape.heard(head, body))

    def _say(self, said: bytes) -> None:
        if self._tape.among.latency:
            self._loop.call_later(self._tape.among.latency, self._transport.write, said)
        else:
            self._transport.write(said)


@asynccontextmanager
async def upstreams() -> AsyncIterator[Upstreams]:
    """Serve the recorded upstreams while the block runs."""
    people = couples()
    sandbox = Sandbox(canvas=Canvas(people), clinic=Clinic(people), eligibility=Eligibility(people))
    recorded = Upstreams()
    async with serving_sandbox(sandbox) as origins, httpx.AsyncClient(timeout=60) as http:
        ports: dict[str, int] = {}
        for name, value in environment(origins).items():
            told = await _played(value, ports, recorded, http) if name.endswith("URL") else value
            recorded.environment[name] = told
        collect_rarely()
        yield recorded


async def _played(url: str, ports: dict[str, int], among: Upstreams, http: httpx.AsyncClient) -> str:
    """The same address, with a tape before it."""
    parts = urlsplit(url)
    if parts.netloc not in ports:
        tape = Tape(f"{parts.scheme}://{parts.netloc}", among, http)
        server = await asyncio.get_running_loop().create_server(lambda: Player(tape), HOST, 0)
        ports[parts.netloc] = server.sockets[0].getsockname()[1]
    return urlunsplit(parts._replace(netloc=f"{HOST}:{ports[parts.netloc]}"))
