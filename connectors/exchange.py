"""One request on a connection, and what comes of its answer."""

import asyncio

import httpx

from connectors.http import NO_BODY, Headers, Part, Response, Wanted

MOST_HEADERS = 100
MOST_HEAD_BYTES = 64_000
OVERHEAD = 8
"""Bytes for each byte of a body, beside those of the head, that chunks and trailers may take."""


class Exchange:
    """A request that was sent, and what has come of its answer so far."""

    __slots__ = (
        "__weakref__",
        "_head",
        "_heard",
        "_loop",
        "_part",
        "_pieces",
        "_received",
        "_size",
        "_status",
        "_wanted",
        "headers",
        "response",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop, wanted: Wanted) -> None:
        self.response: asyncio.Future[Response] = loop.create_future()
        self.headers: list[tuple[bytes, bytes]] = []
        """Those that have come. Of what comes behind the body, trailers, nothing is believed."""
        self._wanted = wanted
        self._part: Part | None = None  # until the head is there
        self._status = 0
        self._head: Headers = {}
        self._pieces: list[bytes] = []
        self._size = 0
        self._received = 0
        self._loop = loop
        self._heard = loop.time()

    def hear(self, size: int) -> None:
        """So many bytes have come."""
        self._received += size
        self._heard = self._loop.time()

    @property
    def quiet(self) -> float:
        """Seconds since something was heard."""
        return self._loop.time() - self._heard

    @property
    def has_enough(self) -> bool:
        """Whether more has come than is wanted."""
        return self._part is not None and self._size > self._part.most

    @property
    def too_noisy(self) -> bool:
        """Whether more has come around the body than any upstream needs to send."""
        return self._received > MOST_HEAD_BYTES + OVERHEAD * self._size or len(self.headers) > MOST_HEADERS

    @property
    def ends_with_connection(self) -> bool:
        """Whether only the end of the connection can end the body (RFC 9112, 6.3)."""
        framed = {b"content-length", b"transfer-encoding"}
        return self._part is not None and framed.isdisjoint(self._head)

    def begin(self, status: int) -> None:
        """A head has come: that of the answer, or of an interim one (1xx), after which another one comes."""
        if status >= httpx.codes.OK:
            self._status = status
            self._head = _together(self.headers)
            self._part = self._wanted(status, self._head)

    def add(self, body: bytes) -> None:
        """A piece of the body has come."""
        self._pieces.append(body)
        self._size += len(body)

    def end(self) -> bool:
        """A message has come to its end: whether it was the answer. An interim one is passed over."""
        if self._part is None:
            self.headers.clear()
            return False
        self.respond()
        return True

    def respond(self) -> None:
        """Let the response be what has come."""
        if not self.response.done():
            body = None if self._part is NO_BODY else b"".join(self._pieces)
            self.response.set_result(Response(self._status, self._head, body))

    def fail(self, error: httpx.HTTPError) -> None:
        """No more will come. Where a part will do, the status stands, without a body."""
        if self._part is not None and not self._part.whole:
            self._part = NO_BODY
            self.respond()
        elif not self.response.done():
            self.response.set_exception(error)


def _together(headers: list[tuple[bytes, bytes]]) -> Headers:
    together = dict(headers)
    if len(together) == len(headers):
        return together
    several: dict[bytes, dict[bytes, None]] = {}  # in linear time, however many there are
    for name, value in headers:
        several.setdefault(name, {})[value] = None
    return {name: b", ".join(values) for name, values in several.items()}
