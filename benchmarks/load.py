"""A closed loop of HTTP/1.1 clients: each sends its next request when the last one is answered.

Small on purpose, so that the clients are never what is measured: a request costs about 15 µs here.
"""

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Self, cast

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_END = b"\r\n\r\n"


@dataclass
class Timings:
    """What came of a run: seconds for each answer, and how many answers were not as they should be."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0
    elapsed: float = 0.0

    def __iadd__(self, other: "Timings") -> Self:
        self.seconds += other.seconds
        self.errors += other.errors
        self.elapsed += other.elapsed
        return self

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.seconds) / self.elapsed

    def percentile(self, percent: float) -> float:
        """Milliseconds within which so many of the answers came."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


_GREETING = b"OPTIONS /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"


class Client(asyncio.Protocol):
    """One connection. Told to `begin`, it asks until there is nothing more to ask or the time is over."""

    def __init__(self, requests: Iterator[bytes], timings: Timings) -> None:
        self._requests = requests
        self._timings = timings
        self._buffer = b""
        self._need = 0
        self.served: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for nothing much: a server under load may take seconds to accept a connection."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's says so of itself, and is no subclass
        self._transport.write(_GREETING)

    def begin(self, until: float) -> None:
        """Ask, until that moment."""
        self._until = until
        self._ask()

    def data_received(self, data: bytes) -> None:
        """A part of an answer."""
        self._buffer += data
        if not self._need:
            head = self._buffer.find(_END)
            if head < 0:
                return
            length = _LENGTH.search(self._buffer, 0, head)
            self._need = head + len(_END) + (int(length[1]) if length else 0)
        if len(self._buffer) < self._need:
            return
        if self.served.done():
            self._answered()
        else:
            self._buffer, self._need = b"", 0
            self.served.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """The server went away, or we did."""
        if not self.done.done():
            self._timings.errors += 1
            self.done.set_result(None)

    def _answered(self) -> None:
        self._timings.seconds.append(time.perf_counter() - self._asked)
        if not self._buffer.startswith(b"HTTP/1.1 200") or b'"errors":[' in self._buffer:
            self._timings.errors += 1
        self._buffer, self._need = b"", 0
        self._ask()

    def _ask(self) -> None:
        request = next(self._requests, None) if time.perf_counter() < self._until else None
        if request is None:
            if not self.done.done():
                self.done.set_result(None)
            self._transport.close()
            return
        self._asked = time.perf_counter()
        self._transport.write(request)


@contextmanager
def awake() -> Iterator[None]:
    """Let the event loop not sleep meanwhile.

    Whoever sends a message to a process that sleeps wakes it, which can take twice as long as the message; a
    gateway whose clients and upstreams are on other machines wakes nobody.
    """
    loop = asyncio.get_running_loop()
    restless = True

    def look() -> None:
        if restless:
            loop.call_soon(look)

    look()
    try:
        yield
    finally:
        restless = False


async def load(
    port: int, requests: Iterator[bytes], *, clients: int, seconds: float, restless: bool = True
) -> Timings:
    """Ask with so many clients for so long; requests under way at the end are waited for.

    Unless they are `restless`, the clients leave the processor to others when there is nothing to do.
    """
    timings = Timings()
    loop = asyncio.get_running_loop()
    connections = [
        await loop.create_connection(lambda: Client(requests, timings), "127.0.0.1", port)
        for _ in range(clients)
    ]
    await asyncio.gather(*(client.served for _, client in connections))
    with awake() if restless else nullcontext():
        began = time.perf_counter()
        for _, client in connections:
            client.begin(began + seconds)
        await asyncio.gather(*(client.done for _, client in connections))
        timings.elapsed = time.perf_counter() - began
    return timings
