"""What one operation has read: one key, one version, one attempt."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any, TypeAlias

from connectors.bulkhead import Bulkhead
from connectors.cache import Connector, Fetch
from connectors.errors import TimedOut, bare
from connectors.listing import records
from connectors.memory import Memory
from connectors.reading import How, Reading
from connectors.record import Source

IN_FLIGHT = 16
"""Calls of one operation at one upstream."""

Pin: TypeAlias = tuple[Fetch[Any, Any, Any], Any]
"""A method and its key."""


class Pins:
    """The reads of one operation.

    A key that was read keeps its answer, or its failure, until the operation ends, whatever the memory learns
    meanwhile. `connectors` holds the configured upstreams by their class. Of the calls that this operation
    begins, at most `in_flight` are under way at each: one large question leaves room for others. `max_age` is
    in seconds: what is as old is asked for anew.
    """

    def __init__(
        self, memory: Memory, connectors: Mapping[type, Connector], *, in_flight: int = IN_FLIGHT
    ) -> None:
        self._memory = memory
        self.connectors = connectors
        self._in_flight = in_flight
        self._gates: dict[type, Bulkhead] = {}
        self.readings: dict[Pin, Reading] = {}
        self.max_age: float | None = None
        self._stale: set[Source] = set()
        self._expired = False

    def read(self, fetch: Fetch[Any, Any, Any], key: object) -> object:
        """The answer itself when it is known, else a future of it. The upstream must be configured."""
        pin = (fetch, key)
        reading = self.readings.get(pin)
        if reading is not None:
            return reading.answer
        connector = self.connectors[fetch.connector]
        gate = self._gates.get(fetch.connector) or self._gate(fetch.connector)
        reading = self._memory.read(connector, fetch, key, gate, self.max_age)
        self.readings[pin] = reading
        if reading.pending:
            reading.answer.add_done_callback(partial(self._landed, reading))
            if self._expired:
                _expire(reading, fetch)
        elif reading.how is How.STALE:
            self._settled(reading)
        return reading.answer

    def is_stale(self, source: Source) -> bool:
        """Whether a record of this source was given although it was past its fresh age, or too old."""
        return source in self._stale

    def expire(self) -> None:
        """The operation's time is over: it waits for nothing any more.

        Where there is an older answer that may stand in, it does; all else fails, what is asked later too.
        """
        self._expired = True
        for (fetch, _), reading in tuple(self.readings.items()):
            if reading.pending:
                _expire(reading, fetch)

    def close(self) -> None:
        """Wait for nothing any more, and keep nothing. Flights that nobody else waits for are called back."""
        for reading in tuple(self.readings.values()):
            if reading.pending:
                _leave(reading.answer)
        self.readings.clear()

    def _gate(self, connector: type) -> Bulkhead:
        gate = self._gates[connector] = Bulkhead(self._in_flight)
        return gate

    def _landed(self, reading: Reading, done: asyncio.Future[Any]) -> None:
        if not done.cancelled() and done.exception() is None:
            reading.answer = done.result()
            self._settled(reading)

    def _settled(self, reading: Reading) -> None:
        if reading.how is How.STALE:
            self._stale.update(record.source for record in records(reading.answer))


def _leave(answer: asyncio.Future[Any]) -> None:
    if not answer.cancel() and not answer.cancelled() and (error := answer.exception()) is not None:
        bare(error)


def _expire(reading: Reading, fetch: Fetch[Any, Any, Any]) -> None:
    if not reading.answer.done() and not (reading.stand_in and reading.stand_in()):
        reading.answer.set_exception(TimedOut(fetch.connector.system))
        reading.answer.exception()
