"""One request on a connection, and what comes of its answer."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from copy import copy
from typing import Protocol

import httpx

MOST_HEADERS = 100
MOST_HEAD_BYTES = 64_000
MOST_BUFFERED = 256_000
OVERHEAD = 8
"""Bytes for each byte of a body, beside those of the head, that chunks and trailers may take."""


class Line(Protocol):
    """What an exchange asks of the connection that it is on."""

    def hold(self) -> None:
        """Read no more for now."""

    def go_on(self) -> None:
        """Read again."""

    def close(self) -> None:
        """Close at once, whatever is under way."""


class Exchange(httpx.AsyncByteStream):
    """A request that was sent, and what has come of its answer: the stream of its body."""

    def __init__(self, line: Line, loop: asyncio.AbstractEventLoop, leave: Callable[[], None]) -> None:
        self.head: asyncio.Future[list[tuple[bytes, bytes]]] = loop.create_future()
        """The headers; of what comes behind the body, trailers, nothing is believed."""
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self._received = 0
        self._line = line
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
            self.head.set_result(self.headers.copy())

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
            self._line.hold()
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
                raise copy(self._failure)  # raised itself, it would carry the frame that has this that has it
            if self._over:
                raise StopAsyncIteration
            self._more = self._loop.create_future()
            await self._more
        return self._taken()

    async def aclose(self) -> None:
        """Be done with it: a connection whose answer has not come to its end, or is held, is closed."""
        if not self._over or self._buffered > MOST_BUFFERED:
            self._line.close()
        self._leave()

    def _taken(self) -> bytes:
        piece = self._pieces.popleft()
        held = self._buffered > MOST_BUFFERED
        self._buffered -= len(piece)
        if held and self._buffered <= MOST_BUFFERED:
            self._line.go_on()
        return piece

    def _wake(self) -> None:
        if self._more is not None and not self._more.done():
            self._more.set_result(None)
