"""One HTTP/1.1 connection to an upstream, for one exchange after another."""

import asyncio
import select
from typing import cast

import httpx

from connectors.exchange import Exchange
from connectors.http import Response, Wanted


class Connection(asyncio.Protocol):
    """A connection. `read` bounds the silence of the peer during an exchange, in seconds."""

    _transport: asyncio.Transport

    def __init__(self, read: float) -> None:
        self._read = read
        self._loop = asyncio.get_running_loop()
        self._exchange: Exchange | None = None
        self._listening: asyncio.TimerHandle | None = None
        self._arrivals = select.poll()

    @property
    def usable(self) -> bool:
        """Whether another exchange can begin: the last one ended cleanly and nothing came since."""
        return self._exchange is None and not self._transport.is_closing()

    @property
    def is_quiet(self) -> bool:
        """Whether nothing waits to be read: what is there before a question is asked is not its answer."""
        return not self._arrivals.poll(0)

    def ask(self, request: bytes, wanted: Wanted) -> asyncio.Future[Response]:
        """Send a request; gives the response to come. Whoever does not await it to its end must close."""
        exchange = self._exchange = Exchange(self._loop, wanted)
        self._transport.write(request)
        if self._listening is None:
            self._listening = self._loop.call_later(self._read, self._listen)
        return exchange.response

    def close(self) -> None:
        """Close at once, whatever is under way."""
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.fail("closed")
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio's: the connection is there."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance
        self._arrivals.register(transport.get_extra_info("socket"), select.POLLIN)

    def data_received(self, data: bytes) -> None:
        """asyncio's: bytes of an answer, or bytes that nobody asked for."""
        exchange = self._exchange
        if exchange is None:
            self.close()
            return
        exchange.hear(data)
        if exchange.over:
            self._exchange = None
            if not exchange.was_clean:
                self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's: the connection is over."""
        if self._listening is not None:
            self._listening.cancel()
        exchange, self._exchange = self._exchange, None
        if exchange is None:
            return
        if exc is None:
            exchange.hang_up()
        else:
            exchange.fail("the connection broke")

    def _listen(self) -> None:
        """Called when there may have been silence for too long: one timer serves many exchanges."""
        self._listening = None
        exchange = self._exchange
        if exchange is None:
            return
        if exchange.quiet < self._read:
            self._listening = self._loop.call_later(self._read - exchange.quiet, self._listen)
            return
        exchange.fail("silent for too long", httpx.ReadTimeout)
        self.close()
