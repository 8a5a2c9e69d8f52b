"""HTTP/1.1: what calls go through.

Ours because no client that was measured has both the speed and the manners (docs/decisions/0006): httpx's
pool takes ten times the time of this one when many calls are made at once, and loses connections for good
when calls are cancelled.

Silent and stateless: no redirect, cookie, proxy, decompression, environment variable, hidden retry or log.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Mapping
from functools import cache, partial
from time import monotonic

import httpx

from connectors.bulkhead import Bulkhead
from connectors.connection import Connection
from connectors.deadline import Deadlines
from connectors.http import Request, Response, Wanted

IDLE = 30.0
"""Seconds that a connection is kept without use."""


class Transport:
    """Connections to one `origin`, at most so many at once. They are kept for `idle` seconds without use.

    To wait for one longer than `connect` seconds is a PoolTimeout. `connect` also bounds the making of a new
    one, and `read` the silence of the peer. Raises httpx's exceptions, which carry neither request nor cause.
    """

    def __init__(
        self, origin: httpx.URL, *, connect: float, read: float, connections: int, idle: float = IDLE
    ) -> None:
        authority = origin.netloc.decode()
        self._origin = f"{origin.scheme}://{authority}"
        self._host = origin.host
        self._port = origin.port or (443 if origin.scheme == "https" else 80)
        self._tls = _trust() if origin.scheme == "https" else None
        self._version = f" HTTP/1.1\r\nHost: {authority}\r\n"
        self._given: Mapping[str, str] = {}
        self._given_lines = ""
        self._connect = connect
        self._read = read
        self._under_way = Bulkhead(connections)
        self._patience = Deadlines(connect, partial(httpx.PoolTimeout, "no connection became free"))
        self._most_idle = idle
        self._idle: deque[tuple[float, Connection]] = deque()
        self._sweeping: asyncio.TimerHandle | None = None
        self._busy: set[Connection] = set()
        self._closed = False

    async def ask(self, request: Request, wanted: Wanted) -> Response:
        """The response. To cancel, or to want less than comes, closes the connection."""
        written = self._written(request)
        if not self._under_way.enter():
            with self._patience.begin():
                await self._under_way.wait()
        try:
            connection = self._kept() or await self._connected()
        except BaseException:
            self._under_way.leave()
            raise
        self._busy.add(connection)
        try:
            if self._closed:
                raise httpx.PoolTimeout("closed")
            return await connection.ask(written, wanted)
        finally:
            self._leave(connection)

    async def aclose(self) -> None:
        """Close every connection."""
        self._closed = True
        if self._sweeping is not None:
            self._sweeping.cancel()
        for connection in (*self._busy, *(kept for _, kept in self._idle)):
            connection.close()
        await asyncio.sleep(0)  # they are told in the next tick

    def _written(self, request: Request) -> bytes:
        target = request.url.removeprefix(self._origin)
        if not target.startswith("/"):
            target = f"/{target}"
        if not _is_plain(target):
            raise httpx.LocalProtocolError("a request that cannot be sent")
        length = f"Content-Length: {len(request.body)}\r\n" if request.body else ""
        head = "".join(
            [request.method, " ", target, self._version, self._lines(request.headers), length, "\r\n"]
        )
        return head.encode() + request.body

    def _lines(self, given: Mapping[str, str]) -> str:
        """Headers as they are sent: written once for as long as the same ones are given."""
        if given is not self._given:
            if not all(map(_is_plain, given.values())):
                raise httpx.LocalProtocolError("a request that cannot be sent")
            self._given_lines = "".join([f"{name}: {value}\r\n" for name, value in given.items()])
            self._given = given
        return self._given_lines

    def _kept(self) -> Connection | None:
        """The connection used last that can be used again: those used long ago are closed by now, or soon."""
        while self._idle:
            since, connection = self._idle.pop()
            if connection.usable and connection.is_quiet and monotonic() - since < self._most_idle:
                return connection
            connection.close()
        return None

    async def _connected(self) -> Connection:
        loop = asyncio.get_running_loop()
        failure: httpx.TransportError
        try:
            async with asyncio.timeout(self._connect):
                _, connection = await loop.create_connection(
                    lambda: Connection(self._read), self._host, self._port, ssl=self._tls
                )
        except TimeoutError:
            failure = httpx.ConnectTimeout("no connection in time")
        except OSError:
            failure = httpx.ConnectError("no connection")
        else:
            return connection
        try:
            raise failure
        finally:
            del failure  # it carries this frame

    def _leave(self, connection: Connection) -> None:
        self._busy.remove(connection)
        self._under_way.leave()
        if self._closed or not connection.usable:
            connection.close()
            return
        self._idle.append((monotonic(), connection))
        if self._sweeping is None:
            self._sweep()

    def _sweep(self) -> None:
        """Close what was not used for long enough, and look again when the next one is due."""
        now = monotonic()
        while self._idle and now - self._idle[0][0] >= self._most_idle:
            self._idle.popleft()[1].close()
        self._sweeping = None
        if self._idle:
            due = self._idle[0][0] + self._most_idle - now
            self._sweeping = asyncio.get_running_loop().call_later(due, self._sweep)


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


@cache
def _trust() -> ssl.SSLContext:
    # Loading the certificates takes 50 ms: once, not for each upstream.
    return httpx.create_ssl_context(trust_env=False)
