"""One request on a connection, and what comes of its answer (RFC 9112). httptools parses."""

import asyncio

import httptools
import httpx

from connectors.http import NO_BODY, Headers, Part, Response, Wanted

MOST_HEADERS = 100
MOST_HEAD_BYTES = 64_000
OVERHEAD = 8
"""Bytes for each byte of a body, beside those of the head, that chunks and trailers may take."""

FRAMED = frozenset({b"content-length", b"transfer-encoding"})


class Exchange:
    """What has come so far. `response` is settled when it is `over`.

    Failures are httpx's exceptions. They say nothing of request or answer: both are personal data.
    """

    __slots__ = (
        "__weakref__",
        "_body",
        "_given",
        "_head",
        "_heard",
        "_loop",
        "_parser",
        "_part",
        "_received",
        "_status",
        "_wanted",
        "over",
        "response",
        "was_clean",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop, wanted: Wanted) -> None:
        self.response: asyncio.Future[Response] = loop.create_future()
        self.over = False
        self.was_clean = False
        """Whether all has come that was to come and nothing beyond, so that another exchange may follow."""
        self._parser: httptools.HttpResponseParser | None = httptools.HttpResponseParser(self)
        self._wanted = wanted
        self._part: Part | None = None  # until the head is there
        self._given: list[tuple[bytes, bytes]] = []
        self._status = 0
        self._head: Headers = {}
        self._body: bytes | bytearray = b""
        self._received = 0
        self._loop = loop
        self._heard = loop.time()

    @property
    def quiet(self) -> float:
        """Seconds since something was heard."""
        return self._loop.time() - self._heard

    def hear(self, data: bytes) -> None:
        """Bytes have come, while it was not over."""
        assert self._parser is not None
        self._received += len(data)
        self._heard = self._loop.time()
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.fail("not an answer")
        if self.over:
            return
        if self._part is not None and len(self._body) > self._part.most:
            self._respond()
        elif self._is_noisy():
            self.fail("more around the answer than in it")

    def hang_up(self) -> None:
        """The connection is over. Without a length this is what ends a body (RFC 9112, 6.3)."""
        if self._part is not None and FRAMED.isdisjoint(self._head):
            self._respond()
        else:
            self.fail("the connection ended before the answer did")

    def fail(self, why: str, error: type[httpx.TransportError] = httpx.RemoteProtocolError) -> None:
        """No more will come. Where a part will do, the status stands, without a body."""
        if self.over:
            return
        if self._part is not None and not self._part.whole:
            self._part = NO_BODY
            self._respond()
            return
        self._end()
        if not self.response.done():
            self.response.set_exception(error(why))

    def on_message_begin(self) -> None:
        """The parser's: behind the answer, it is a second answer to one request. Whose is it?"""
        self.was_clean = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """The parser's. Of what comes behind the body, trailers, nothing is believed."""
        self._given.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """The parser's: a head is there, that of the answer or of an interim one (1xx)."""
        if self._parser is None:  # over
            return
        status = self._parser.get_status_code()
        if status < httpx.codes.CONTINUE:
            self.fail("not a status")
        elif status >= httpx.codes.OK:
            self._status = status
            self._head = _together(self._given)
            self._part = self._wanted(status, self._head)

    def on_body(self, piece: bytes) -> None:
        """The parser's. Mostly it is the whole body; ten million of a byte each are not kept as such."""
        if not self._body:
            self._body = piece
            return
        if isinstance(self._body, bytes):
            self._body = bytearray(self._body)
        self._body += piece

    def on_message_complete(self) -> None:
        """The parser's: the answer has come to its end, or an interim one that is passed over."""
        if self._part is None:
            self._given.clear()
        elif self._parser is not None:
            self.was_clean = self._parser.should_keep_alive()
            self._respond()

    def _is_noisy(self) -> bool:
        """Whether more has come around the body than any upstream needs to send."""
        around = self._received - OVERHEAD * len(self._body)
        return around > MOST_HEAD_BYTES or len(self._given) > MOST_HEADERS

    def _end(self) -> None:
        self.over = True
        self._parser = None  # each has the other

    def _respond(self) -> None:
        self._end()
        if not self.response.done():
            body = None if self._part is NO_BODY else bytes(self._body)
            self.response.set_result(Response(self._status, self._head, body))


def _together(headers: list[tuple[bytes, bytes]]) -> Headers:
    together = dict(headers)
    if len(together) == len(headers):
        return together
    several: dict[bytes, dict[bytes, None]] = {}  # in linear time, however many there are
    for name, value in headers:
        several.setdefault(name, {})[value] = None
    return {name: b", ".join(values) for name, values in several.items()}
