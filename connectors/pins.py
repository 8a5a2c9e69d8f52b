"""What one operation has read: one key, one version, one attempt."""

import asyncio
from collections import defaultdict
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
        self._gates: defaultdict[type, Bulkhead] = defaultdict(partial(Bulkhead, in_flight))
        self.readings: dict[Pin, Reading] = {}
        self.max_age: float | None = None
        self._stale: set[Source] = set()
        self._expired = False

    def read(self, fetch: Fetch[Any, Any, Any], key: object) -> object:
        """The answer itself when it is known, else a future of it. The upstream must be configured."""
        pin = (fetch, key)
        reading = self.readings.get(pin)
        if reading is not None:
            if isinstance(reading.answer, asyncio.Future):
                self._settle(reading)
            return reading.answer
        connector, gate = self.connectors[fetch.connector], self._gates[fetch.connector]
        reading = self._memory.read(connector, fetch, key, gate, self.max_age)
        self.readings[pin] = reading
        if reading.how is How.STALE:
            self._mark(reading)
        elif reading.stand_in is not None:
            reading.answer.add_done_callback(partial(self._settle, reading))
        if self._expired:
            _expire(reading, fetch)
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
            _expire(reading, fetch)

    def close(self) -> None:
        """Wait for nothing any more, and keep nothing. Flights that nobody else waits for are called back."""
        for reading in self.readings.values():
            answer = reading.answer
            if isinstance(answer, asyncio.Future) and not answer.cancel() and not answer.cancelled():
                error = answer.exception()
                if error is not None:
                    bare(error)
        self.readings.clear()

    def _settle(self, reading: Reading, _: object = None) -> None:
        """Put the answer in place of its future, once it is there. A failure stays in its future."""
        done = reading.answer
        if reading.pending and done.done() and not done.cancelled() and done.exception() is None:
            reading.answer = done.result()
            if reading.how is How.STALE:
                self._mark(reading)

    def _mark(self, reading: Reading) -> None:
        self._stale.update(record.source for record in records(reading.answer))


def _expire(reading: Reading, fetch: Fetch[Any, Any, Any]) -> None:
    if reading.pending and not reading.answer.done() and not (reading.stand_in and reading.stand_in()):
        reading.answer.set_exception(TimedOut(fetch.connector.system))
        reading.answer.exception()
