"""HTTP/1.1 over aiohttp's connections, behind httpx's transport interface: the seam that calls go through.

httpx's own connection pool takes ten times the time of this one when many calls are made at once, and loses
connections for good when calls are cancelled (docs/decisions/0006).

Silent and stateless: no redirect, cookie, proxy, decompression, environment variable, hidden retry or log.
"""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from functools import cache

import aiohttp
import httpx
import yarl

from connectors.request import Request

CHATTY = tuple(f"aiohttp.{part}" for part in ("access", "client", "internal", "server", "web", "websocket"))
IDLE = 30.0
"""Seconds that a connection is kept without use."""


class Transport(httpx.AsyncBaseTransport):
    """At most so many `connections` at once; to wait for one longer than `connect` seconds is a PoolTimeout.

    `connect` also bounds the making of a new one, and `read` the silence between two pieces of an answer.
    Raises httpx's exceptions, which carry neither request nor cause: both hold personal data. To close a
    response before its end, or to cancel, closes the connection.
    """

    def __init__(self, *, connect: float, read: float, connections: int) -> None:
        quiet_http_logs()
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect, sock_read=read)
        self._patience = connect
        self._free = asyncio.Semaphore(connections)
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The head of the answer to one of our own requests; its body can be read from its stream."""
        assert isinstance(request, Request)
        await self._enter()
        try:
            answer = await self._answer(request)
        except BaseException:
            self._free.release()
            raise
        body = _Body(answer, self._free)
        return httpx.Response(answer.status, headers=answer.raw_headers, stream=body)

    async def aclose(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    async def _enter(self) -> None:
        if not self._free.locked():
            await self._free.acquire()  # at once
            return
        try:
            async with asyncio.timeout(self._patience):
                await self._free.acquire()
        except TimeoutError:
            late = True
        else:
            late = False
        if late:
            raise httpx.PoolTimeout("no connection became free")

    async def _answer(self, request: Request) -> aiohttp.ClientResponse:
        try:
            return await self._opened().request(
                request.method,
                yarl.URL(request.text, encoded=True),
                headers=request.given,
                data=request.body or None,
                allow_redirects=False,
            )
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            failure = _translated(error)
        raise failure

    def _opened(self) -> aiohttp.ClientSession:
        """The session: made when it is first needed, since it belongs to the event loop that runs then."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE, ssl=_trust()),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                timeout=self._timeout,
                request_class=_Request,
                response_class=_Response,
            )
        return self._session


class _Request(aiohttp.ClientRequest):
    """A request that is not sent on a connection on which more has come than was asked for.

    Its answer could be somebody else's. aiohttp looks when a connection is given back, and not again.
    """

    async def send(self, conn: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
        """Send it. Raises _BrokeError when it cannot be sent here."""
        if conn.protocol is None or conn.protocol.should_close:
            raise _BrokeError
        try:
            return await super().send(conn)
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
            pass
        raise _BrokeError


class _Response(aiohttp.ClientResponse):
    """A response whose connection may break before its head has come."""

    async def start(self, connection: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
        """Read the head. Raises _BrokeError when there is none."""
        try:
            return await super().start(connection)
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
            pass
        raise _BrokeError


class _Body(httpx.AsyncByteStream):
    """The body of an answer. Its place in the pool is given back when it is closed."""

    def __init__(self, answer: aiohttp.ClientResponse, free: asyncio.Semaphore) -> None:
        self._answer = answer
        self._free: asyncio.Semaphore | None = free

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The pieces as they come."""
        try:
            async for piece in self._answer.content.iter_any():
                yield piece
        except (aiohttp.ClientError, TimeoutError) as error:
            failure = _translated(error)
        else:
            return
        raise failure

    async def aclose(self) -> None:
        """Keep the connection if all was read, else close it."""
        if self._free is not None:
            self._answer.close()
            self._free.release()
            self._free = None


class _BrokeError(aiohttp.ClientConnectionError):
    """A connection that broke before an answer came: of a kind that aiohttp does not ask again after.

    How often an upstream is asked is ours to decide.
    """


def _translated(error: Exception) -> httpx.HTTPError:
    """The same in httpx's words. The foreign error names the URL: it must not be chained to this one."""
    match error:
        case aiohttp.ConnectionTimeoutError():
            return httpx.ConnectTimeout("no connection in time")
        case TimeoutError():
            return httpx.ReadTimeout("silent for too long")
        case aiohttp.ClientConnectorError() | aiohttp.ClientSSLError():
            return httpx.ConnectError("no connection")
        case aiohttp.ClientOSError():
            return httpx.ReadError("the connection broke")
        case aiohttp.ClientConnectionError() | aiohttp.ClientResponseError() | aiohttp.ClientPayloadError():
            return httpx.RemoteProtocolError("no whole answer")
    return httpx.LocalProtocolError("a request that cannot be sent")


def quiet_http_logs() -> None:
    """Silence the client's loggers at every level: they may print URLs and headers, personal or secret.

    A filter on each logger, because a later `dictConfig` resets `disabled` and levels, but keeps filters.
    """
    for name in CHATTY:
        logging.getLogger(name).addFilter(_nothing)


def _nothing(record: logging.LogRecord) -> bool:
    return False


@cache
def _trust() -> ssl.SSLContext:
    # Loading the certificates takes 50 ms: once, not for each upstream.
    return httpx.create_ssl_context(trust_env=False)
