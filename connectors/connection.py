"""One HTTP/1.1 connection to an upstream, for one exchange after another (RFC 9112). httptools parses."""

import asyncio
from typing import cast

import httptools
import httpx

from connectors.exchange import Exchange
from connectors.http import Response, Wanted


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

    def ask(self, request: bytes, wanted: Wanted) -> asyncio.Future[Response]:
        """Send a request; gives the response to come. Whoever does not await it to its end must close."""
        assert self._transport
        exchange = self._exchange = Exchange(self._loop, wanted)
        self._transport.write(request)
        if self._listening is None:
            self._listening = self._loop.call_later(self._read, self._listen)
        return exchange.response

    def close(self) -> None:
        """Close at once, whatever is under way."""
        if self._transport is not None:
            self._transport.abort()

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
        if self._exchange is not None:
            self._look_at(self._exchange)

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's: the connection is over."""
        del self._parser  # each has the other
        if self._listening is not None:
            self._listening.cancel()
        exchange, self._exchange = self._exchange, None
        if exchange is None:
            return
        if exc is None and exchange.ends_with_connection:
            exchange.respond()
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
        status = self._parser.get_status_code()
        if status < httpx.codes.CONTINUE:
            self._break(httpx.RemoteProtocolError("not a status"))
        elif self._exchange is not None:
            self._exchange.begin(status)

    def on_body(self, body: bytes) -> None:
        """The parser's."""
        if self._exchange is not None:
            self._exchange.add(body)

    def on_message_complete(self) -> None:
        """The parser's."""
        if self._exchange is not None and self._exchange.end():
            self._exchange = None
            self._spoilt = not self._parser.should_keep_alive()

    def _look_at(self, unfinished: Exchange) -> None:
        if unfinished.has_enough:
            self._exchange = None
            self.close()
            unfinished.respond()
        elif unfinished.too_noisy:
            self._break(httpx.RemoteProtocolError("more around the answer than in it"))

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
