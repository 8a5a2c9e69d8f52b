"""One HTTP/1.1 connection to an upstream, for one exchange after another (RFC 9112). httptools parses."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import cast

import httptools
import httpx

MOST_HEADERS = 100
MOST_HEAD_BYTES = 64_000
MOST_BUFFERED = 256_000
OVERHEAD = 8
"""Bytes for each byte of a body, beside those of the head, that chunks and trailers may take."""


class Connection(asyncio.Protocol):
    """A connection. `read` bounds the silence of the peer during an exchange, in seconds.

    Failures are httpx's exceptions. They say nothing of request or answer: both are personal data.
    """

    def __init__(self, read: float) -> None:
        self._read = read
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._exchange: Exchange | None = None
        self._listening: asyncio.TimerHandle | None = None
        self._spoilt = False

    @property
    def usable(self) -> bool:
        """Whether another exchange can begin: the last one ended cleanly and nothing came since."""
        open_ = self._transport is not None and not self._transport.is_closing()
        return open_ and self._exchange is None and not self._spoilt

    async def ask(self, request: bytes, leave: Callable[[], None]) -> "Exchange":
        """Send a request; gives the exchange when the head of its answer is there. Cancelling closes.

        `leave` is called when the exchange is closed, which is the caller's to do.
        """
        assert self._transport
        exchange = self._exchange = Exchange(self, self._loop, leave)
        self._transport.write(request)
        if self._listening is None:
            self._listening = self._loop.call_later(self._read, self._listen)
        try:
            await exchange.head
        except BaseException:
            self.close()
            del exchange  # it carries the failure, which carries this frame
            raise
        return exchange

    def close(self) -> None:
        """Close at once, whatever is under way."""
        if self._transport is not None:
            self._transport.abort()

    def hold(self) -> None:
        """Read no more for now."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def go_on(self) -> None:
        """Read again."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio's: the connection is there."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance

    def data_received(self, data: bytes) -> None:
        """asyncio's: bytes of an answer, or bytes that nobody asked for."""
        exchange = self._exchange
        if exchange is None:
            self.close()
            return
        exchange.hear(len(data))
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._break(httpx.RemoteProtocolError("not an answer"))
            return
        if exchange.too_noisy:
            self._break(httpx.RemoteProtocolError("more around the answer than in it"))

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's: the connection is over."""
        del self._parser  # each has the other
        if self._listening is not None:
            self._listening.cancel()
        exchange, self._exchange = self._exchange, None
        if exchange is None:
            return
        if exc is None and exchange.ends_with_connection:
            exchange.end()
        else:
            exchange.fail(httpx.RemoteProtocolError("the connection ended before the answer did"))

    def on_message_begin(self) -> None:
        """The parser's: a second answer to one request spoils the connection: whose is it?"""
        if self._exchange is None:
            self._spoilt = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """The parser's."""
        if self._exchange is not None:
            self._exchange.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """The parser's."""
        if self._exchange is not None:
            self._exchange.begin(self._parser.get_status_code())

    def on_body(self, body: bytes) -> None:
        """The parser's."""
        if self._exchange is not None:
            self._exchange.add(body)

    def on_message_complete(self) -> None:
        """The parser's."""
        exchange = self._exchange
        if exchange is None:
            return
        if exchange.is_informational:
            exchange.pass_over()
            return
        self._exchange = None
        self._spoilt = not self._parser.should_keep_alive()
        exchange.end()

    def _listen(self) -> None:
        """Called when there may have been silence for too long: one timer serves many exchanges."""
        self._listening = None
        if self._exchange is None:
            return
        quiet = self._exchange.quiet
        if quiet >= self._read:
            self._break(httpx.ReadTimeout("silent for too long"))
        else:
            self._listening = self._loop.call_later(self._read - quiet, self._listen)

    def _break(self, error: httpx.HTTPError) -> None:
        exchange, self._exchange = self._exchange, None
        self.close()
        if exchange is not None:
            exchange.fail(error)


class Exchange(httpx.AsyncByteStream):
    """A request that was sent, and what has come of its answer: the stream of its body."""

    def __init__(
        self, connection: Connection, loop: asyncio.AbstractEventLoop, leave: Callable[[], None]
    ) -> None:
        self.head: asyncio.Future[None] = loop.create_future()
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self._received = 0
        self._connection = connection
        self._loop = loop
        self._pieces: deque[bytes] = deque()
        self._body = 0
        self._buffered = 0
        self._over = False
        self._failure: httpx.HTTPError | None = None
        self._more: asyncio.Future[None] | None = None
        self._heard = loop.time()
        self._leave = leave

    def hear(self, size: int) -> None:
        """So many bytes have come."""
        self._received += size
        self._heard = self._loop.time()

    @property
    def quiet(self) -> float:
        """Seconds since something was heard. Where we do not read, nothing can be."""
        return self._loop.time() - self._heard if self._buffered <= MOST_BUFFERED else 0.0

    @property
    def too_noisy(self) -> bool:
        """Whether more has come around the body than any upstream needs to send."""
        return self._received > MOST_HEAD_BYTES + OVERHEAD * self._body or len(self.headers) > MOST_HEADERS

    @property
    def ends_with_connection(self) -> bool:
        """Whether only the end of the connection can end the body (RFC 9112, 6.3)."""
        framed = {b"content-length", b"transfer-encoding"}
        return self.head.done() and framed.isdisjoint(name for name, _ in self.headers)

    def begin(self, status: int) -> None:
        """The head has come."""
        self.status = status
        if status >= httpx.codes.OK and not self.head.done():
            self.head.set_result(None)

    @property
    def is_informational(self) -> bool:
        """Whether what has come is an interim answer (1xx), after which another one comes."""
        return self.status < httpx.codes.OK

    def pass_over(self) -> None:
        """Forget an interim answer; its bytes still count."""
        self.headers.clear()

    def add(self, body: bytes) -> None:
        """A piece of the body has come."""
        self._pieces.append(body)
        self._body += len(body)
        self._buffered += len(body)
        if self._buffered > MOST_BUFFERED:
            self._connection.hold()
        self._wake()

    def end(self) -> None:
        """All has come."""
        self._over = True
        self._wake()

    def fail(self, error: httpx.HTTPError) -> None:
        """No more will come."""
        self._failure = error
        if not self.head.done():
            self.head.set_exception(error)
        self._wake()

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The pieces of the body as they come."""
        return self

    async def __anext__(self) -> bytes:
        """The next one."""
        while not self._pieces:
            if self._failure is not None:
                raise self._failure
            if self._over:
                raise StopAsyncIteration
            self._more = self._loop.create_future()
            await self._more
        return self._taken()

    async def aclose(self) -> None:
        """Be done with it: a connection whose answer has not come to its end is closed."""
        if not self._over:
            self._connection.close()
        self._leave()

    def _taken(self) -> bytes:
        piece = self._pieces.popleft()
        held = self._buffered > MOST_BUFFERED
        self._buffered -= len(piece)
        if held and self._buffered <= MOST_BUFFERED:
            self._connection.go_on()
        return piece

    def _wake(self) -> None:
        if self._more is not None and not self._more.done():
            self._more.set_result(None)
