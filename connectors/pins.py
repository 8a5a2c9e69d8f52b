"""What one operation has read: one key, one version, one attempt."""

import asyncio
from collections.abc import Mapping
from typing import Any

from connectors.cache import Connector, Fetch
from connectors.errors import TimedOut
from connectors.memory import Memory

IN_FLIGHT = 16
"""Calls of one operation at one upstream."""


class Pins:
    """The reads of one operation.

    A key that was read keeps its answer, or its failure, until the operation ends, whatever the memory learns
    meanwhile. `connectors` holds the configured upstreams by their class. Of the calls that this operation
    begins, at most `in_flight` are under way at each: one large question leaves room for others.
    """

    def __init__(
        self, memory: Memory, connectors: Mapping[type, Connector], *, in_flight: int = IN_FLIGHT
    ) -> None:
        self._memory = memory
        self._connectors = connectors
        self._in_flight = in_flight
        self._gates: dict[type, asyncio.Semaphore] = {}
        self._read: dict[tuple[Fetch[Any, Any, Any], Any], object] = {}
        self._expired = False

    def connected(self, fetch: Fetch[Any, Any, Any]) -> bool:
        """Whether the upstream of this fetch is configured."""
        return fetch.connector in self._connectors

    def read(self, fetch: Fetch[Any, Any, Any], key: object) -> object:
        """The answer itself when it is known, else a future of it. The upstream must be configured."""
        pin = (fetch, key)
        if pin in self._read:
            return self._read[pin]
        connector = self._connectors[fetch.connector]
        answer = self._memory.read(connector, fetch, key, self._gate(fetch.connector))
        self._read[pin] = answer
        if isinstance(answer, asyncio.Future):
            answer.add_done_callback(lambda done: self._landed(pin, done))
            if self._expired:
                _fail(answer, fetch)
        return answer

    def expire(self) -> None:
        """The operation's time is over: what it still waits for fails, and what it asks from now on too."""
        self._expired = True
        for (fetch, _), answer in tuple(self._read.items()):
            if isinstance(answer, asyncio.Future):
                _fail(answer, fetch)

    def close(self) -> None:
        """Wait for nothing any more. Flights that nobody else waits for are called back."""
        for answer in tuple(self._read.values()):
            if isinstance(answer, asyncio.Future):
                answer.cancel()

    def _gate(self, connector: type) -> asyncio.Semaphore:
        if connector not in self._gates:
            self._gates[connector] = asyncio.Semaphore(self._in_flight)
        return self._gates[connector]

    def _landed(self, pin: tuple[Fetch[Any, Any, Any], Any], done: asyncio.Future[Any]) -> None:
        if not done.cancelled() and done.exception() is None:
            self._read[pin] = done.result()


def _fail(future: asyncio.Future[Any], fetch: Fetch[Any, Any, Any]) -> None:
    if not future.done():
        future.set_exception(TimedOut(fetch.connector.system))
        future.exception()
