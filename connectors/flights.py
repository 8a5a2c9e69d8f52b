"""Questions on their way: one flight per key, and the misses of one tick together as a wave."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from connectors.cache import Connector
from connectors.errors import UpstreamError
from connectors.flight import Flight
from connectors.retry import FALLBACK
from connectors.store.tier import SharedTier, Slot

Gate: TypeAlias = AbstractAsyncContextManager[object]
"""What a call waits for before it is made: see Pins."""

OPEN: Final[Gate] = nullcontext()


class Departure(NamedTuple):
    """A question that leaves for its upstream. `spare`: who asks has an older answer to fall back on."""

    slot: Slot
    connector: Connector
    flight: Flight[Any]
    gate: Gate
    spare: bool


class Ground(Protocol):
    """Who is told how a flight ends, before those who wait for it are."""

    def arrived(self, slot: Slot, answer: object, age: float) -> bool:
        """An answer that came now, or `age` seconds ago; whether it is of use."""

    def failed(self, slot: Slot, error: UpstreamError) -> None:
        """There is no answer."""

    def lifetime(self, slot: Slot, answer: object) -> float:
        """Seconds for which an answer may be of use."""


class Flights:
    """The flights of all keys. The ground is told of none that was disowned."""

    def __init__(self, ground: Ground, tier: SharedTier | None) -> None:
        self._ground = ground
        self._tier = tier
        self._flights: dict[Slot, Flight[Any]] = {}
        self._wave: list[Departure] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def __iter__(self) -> Iterator[Slot]:
        return iter(self._flights)

    def __contains__(self, slot: object) -> bool:
        return slot in self._flights

    def joinable(self, slot: Slot) -> bool:
        """Whether this key's answer is on its way."""
        flight = self._flights.get(slot)
        return flight is not None and flight.joinable

    def join(
        self, slot: Slot, connector: Connector, gate: Gate = OPEN, *, spare: bool = False
    ) -> asyncio.Future[Any]:
        """A future of the answer. If nobody waits for it yet, its question leaves with the next wave."""
        flight = self._flights.get(slot)
        if flight is None or not flight.joinable:
            flight = self._flights[slot] = Flight()
            if not self._wave:
                asyncio.get_running_loop().call_soon(self._depart)
            self._wave.append(Departure(slot, connector, flight, gate, spare))
        return flight.join()

    def disown(self, slot: Slot) -> None:
        """What is on its way reaches those who wait for it, and nobody else."""
        self._flights.pop(slot, None)

    async def aclose(self) -> None:
        """Call every flight back and wait until each is down. None departs any more."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _depart(self) -> None:
        wave, self._wave = self._wave, []
        if self._closed:
            return
        if self._tier is not None:
            self._keep_running(asyncio.ensure_future(self._ask_tier(self._tier, wave)))
            return
        for departure in wave:
            self._ask_upstream(departure)

    async def _ask_tier(self, tier: SharedTier, wave: list[Departure]) -> None:
        answers = await tier.get([departure.slot for departure in wave])
        for departure, found in zip(wave, answers, strict=True):
            if found is not None and self._ground.arrived(departure.slot, *found):
                self._over(departure)
                departure.flight.land(found[0])
            else:
                self._ask_upstream(departure)

    def _ask_upstream(self, departure: Departure) -> None:
        if not departure.flight.joinable:
            self._over(departure)
            return
        task = departure.flight.depart(lambda: self._asked(departure))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._down(departure, done))

    async def _asked(self, departure: Departure) -> object:
        slot = departure.slot
        FALLBACK.set(departure.spare)
        try:
            async with departure.gate:
                answer = await slot[1].method(departure.connector, slot[2])
        except UpstreamError as error:
            if self._is_ours(departure):
                self._ground.failed(slot, error)
            raise
        if self._is_ours(departure):
            self._ground.arrived(slot, answer, 0.0)
            self._tell_tier(slot, answer)
        return answer

    def _tell_tier(self, slot: Slot, answer: object) -> None:
        if self._tier is not None:
            telling = self._tier.put(slot, answer, self._ground.lifetime(slot, answer))
            self._keep_running(asyncio.ensure_future(telling))

    def _keep_running(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _is_ours(self, departure: Departure) -> bool:
        return self._flights.get(departure.slot) is departure.flight

    def _down(self, departure: Departure, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._over(departure)

    def _over(self, departure: Departure) -> None:
        if self._is_ours(departure):
            del self._flights[departure.slot]
