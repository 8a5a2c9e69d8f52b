"""A client's HTTP/1.1 connection: uvicorn's, with what a gateway needs beyond it."""

import asyncio
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.corked import Corked

HEAD_SECONDS = 10.0
"""For the head of a request to arrive, from its first byte, or from the connection's beginning."""

MOST_PIPELINED = 8
"""Requests that wait behind the one that is answered. While there are so many nothing is read, and nobody is
seen to leave.
"""

LEFT = "client.left"
"""The ASGI extension under which the scope of a request has a future that is done when its client has left.
To listen for that by `receive` takes a task for each request.
"""

_OF_THE_CHANGE = frozenset({b"upgrade", b"http2-settings"})


class Connection(HttpToolsProtocol):
    """One connection. uvicorn answers one request after the other on it.

    Beyond uvicorn's: a request that asks to change to another protocol is answered in this one (RFC 9110,
    7.8); when the client leaves, whatever was asked on its connection is told so, pipelined or not; and the
    head of a request has its time.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._running: RequestResponseCycle | None = None
        self._left: asyncio.Future[None] = self.loop.create_future()
        self._in_head = True
        self._too_slow: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """The connection is there."""
        super().connection_made(transport)
        self.transport = Corked(transport, self.loop)  # type: ignore[assignment]  # one in all that is used
        self._time_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is over: all that was asked on it is for nobody."""
        super().connection_lost(exc)
        self._in_head = False
        self._time_head()
        self.pipeline.clear()
        if not self._left.done():
            self._left.set_result(None)
        if self._running is not None and not self._running.response_complete:
            self._running.disconnected = True
            self._running.message_event.set()

    def data_received(self, data: bytes) -> None:
        """Bytes of a request."""
        self._unset_keepalive_if_required()
        try:
            self._read(data)
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")
        self._time_head()

    def on_message_begin(self) -> None:
        """The parser's: a head begins."""
        super().on_message_begin()
        self.scope["extensions"] = {LEFT: self._left}  # type: ignore[dict-item]  # of any kind, says ASGI
        self._in_head = True

    def on_headers_complete(self) -> None:
        """The parser's: the head is whole."""
        self._in_head = False
        super().on_headers_complete()
        if 0 < len(self.pipeline) < MOST_PIPELINED:
            self.flow.resume_reading()

    def on_message_complete(self) -> None:
        """The parser's: a body is whole. Within a large one uvicorn stops to read, and sees nobody leave."""
        super().on_message_complete()
        if len(self.pipeline) < MOST_PIPELINED:
            self.flow.resume_reading()

    def _should_upgrade(self) -> bool:
        """uvicorn's: whether a request that asks to change the protocol is left alone. It is read again."""
        return True

    def _read(self, data: bytes) -> None:
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                data = self._staying() + data[upgrade.args[0] :]
            else:
                return

    def _staying(self) -> bytes:
        """The head that was read last, as if it had not asked to change the protocol: for another parser.

        Raises HttpParserError for one that leaves no choice, and behind many others: each is read twice.
        """
        if self.parser.get_method() == b"CONNECT" or len(self.pipeline) >= MOST_PIPELINED:
            raise httptools.HttpParserError
        version = self.parser.get_http_version().encode()
        head = [self.parser.get_method(), b" ", self.url, b" HTTP/", version, b"\r\n"]
        for name, value in self.headers:
            if name not in _OF_THE_CHANGE:
                head += [name, b": ", _without_change(value) if name == b"connection" else value, b"\r\n"]
        self.parser = httptools.HttpRequestParser(self)
        return b"".join([*head, b"\r\n"])

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _time_head(self) -> None:
        """Let the time for a head begin or end; most heads come whole, and take no timer."""
        if self._in_head and self._too_slow is None:
            self._too_slow = self.loop.call_later(HEAD_SECONDS, self.transport.close)
        elif not self._in_head and self._too_slow is not None:
            self._too_slow.cancel()
            self._too_slow = None


def _without_change(value: bytes) -> bytes:
    """What else a Connection header says."""
    options = [option.strip() for option in value.split(b",")]
    return b", ".join([option for option in options if option.lower() not in _OF_THE_CHANGE])
