"""What a process remembers: the record store, and one flight per key for what it must ask."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, Final, TypeAlias

from connectors.cache import Connector, Fetch
from connectors.flight import Flight
from connectors.store.records import MISSING, RecordStore
from connectors.store.tier import SharedTier, Slot

Gate: TypeAlias = AbstractAsyncContextManager[object]
"""What a call waits for before it is made: see Pins."""

Departure: TypeAlias = tuple[Slot, Connector, Flight[Any], Gate]

OPEN: Final[Gate] = nullcontext()


class Memory:
    """Answers of all connectors for the whole process.

    A miss joins the flight of its key, or begins one. The misses of one tick of the event loop leave together
    as a wave, so that a shared tier is asked once for all of them. A failure is told to those who wait and
    not kept.
    """

    def __init__(
        self,
        *,
        most: int = 100_000,
        clock: Callable[[], float] = time.monotonic,
        tier: SharedTier | None = None,
    ) -> None:
        self._store = RecordStore(most=most, clock=clock)
        self._tier = tier
        self._flights: dict[Slot, Flight[Any]] = {}
        self._wave: list[Departure] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def read(
        self, connector: Connector, fetch: Fetch[Any, Any, Any], key: object, gate: Gate = OPEN
    ) -> object:
        """The remembered answer itself, or a future of it. A call that begins with this waits at the gate."""
        slot = (connector.realm, fetch, key)
        answer = self._store.get(slot)
        return self._flight(slot, connector, gate).join() if answer is MISSING else answer

    async def aclose(self) -> None:
        """Call every flight back and wait until each is down."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _flight(self, slot: Slot, connector: Connector, gate: Gate) -> Flight[Any]:
        flight = self._flights.get(slot)
        if flight is None or not flight.joinable:
            flight = self._flights[slot] = Flight()
            if not self._wave:
                asyncio.get_running_loop().call_soon(self._depart)
            self._wave.append((slot, connector, flight, gate))
        return flight

    def _depart(self) -> None:
        wave, self._wave = self._wave, []
        if self._tier is not None:
            self._keep_running(asyncio.ensure_future(self._ask_tier(self._tier, wave)))
            return
        for departure in wave:
            self._ask_upstream(*departure)

    async def _ask_tier(self, tier: SharedTier, wave: list[Departure]) -> None:
        answers = await tier.get([slot for slot, *_ in wave])
        for (slot, connector, flight, gate), found in zip(wave, answers, strict=True):
            if found is None:
                self._ask_upstream(slot, connector, flight, gate)
            else:
                answer, age = found
                self._store.put(slot, answer, _lifetime(slot, answer) - age)
                self._forget(slot, flight)
                flight.land(answer)

    def _ask_upstream(self, slot: Slot, connector: Connector, flight: Flight[Any], gate: Gate) -> None:
        if not flight.joinable:
            self._forget(slot, flight)
            return
        task = flight.depart(lambda: self._fetched(slot, connector, gate))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._down(slot, flight, done))

    async def _fetched(self, slot: Slot, connector: Connector, gate: Gate) -> object:
        _, fetch, key = slot
        async with gate:
            answer = await fetch.method(connector, key)
        self._store.put(slot, answer, _lifetime(slot, answer))
        if self._tier is not None:
            telling = self._tier.put(slot, answer, _lifetime(slot, answer))
            self._keep_running(asyncio.ensure_future(telling))
        return answer

    def _keep_running(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _down(self, slot: Slot, flight: Flight[Any], task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._forget(slot, flight)

    def _forget(self, slot: Slot, flight: Flight[Any]) -> None:
        if self._flights.get(slot) is flight:
            del self._flights[slot]


def _lifetime(slot: Slot, answer: object) -> float:
    policy = slot[1].policy
    lacking = answer is None or getattr(answer, "bad_entries", 0) > 0
    return policy.absent if lacking else policy.fresh
