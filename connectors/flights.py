"""Questions on their way: one flight per key, and the misses of one tick together as a wave."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from connectors.cache import Connector
from connectors.errors import UpstreamError
from connectors.flight import Flight
from connectors.retry import FALLBACK
from connectors.slot import Slot
from connectors.store.lease import Lease
from connectors.store.tier import Found, SharedTier

Gate: TypeAlias = AbstractAsyncContextManager[object]
"""What a call waits for before it is made: see Pins."""

OPEN: Final[Gate] = nullcontext()


class Departure(NamedTuple):
    """A question that leaves for its upstream."""

    slot: Slot
    connector: Connector
    flight: Flight[Any]
    gate: Gate


class Ground(Protocol):
    """Who is told how a flight ends, before those who wait for it are."""

    def arrived(self, slot: Slot, answer: object, age: float) -> bool:
        """An answer that came now, or `age` seconds ago; whether it is of use."""

    def failed(self, slot: Slot, error: UpstreamError) -> None:
        """There is no answer."""

    def lifetime(self, slot: Slot, answer: object) -> float:
        """Seconds for which an answer may be of use."""


class Flights:
    """The flights of all keys, by way of the `tier` if there is one. The ground hears of none disowned."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.tier: SharedTier | None = None
        self._flights: dict[Slot, Flight[Any]] = {}
        self._wave: list[Departure] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def __iter__(self) -> Iterator[Slot]:
        return iter(self._flights)

    def __contains__(self, slot: object) -> bool:
        return slot in self._flights

    def joinable(self, slot: Slot, *, live: bool = False) -> bool:
        """Whether this key's answer is on its way; with `live`, from its upstream."""
        flight = self._flights.get(slot)
        return flight is not None and flight.joinable and (flight.live or not live)

    def join(
        self, slot: Slot, connector: Connector, gate: Gate = OPEN, *, spare: bool = False, live: bool = False
    ) -> asyncio.Future[Any]:
        """A future of the answer. If it is not on its way yet, its question leaves with the next wave.

        `spare`: who joins has an older answer to fall back on. `live`: it must come from its upstream.
        """
        if self.joinable(slot, live=live):
            flight = self._flights[slot]
        else:
            flight = self._flights[slot] = Flight(live=live or self.tier is None)
            if not self._wave:
                asyncio.get_running_loop().call_soon(self._depart)
            self._wave.append(Departure(slot, connector, flight, gate))
        flight.spare = flight.spare and spare
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
        for departure in wave:
            if departure.flight.live:
                self._ask_upstream(departure)
        if self.tier is not None and (rest := [one for one in wave if not one.flight.live]):
            self._keep_running(self._ask_tier(self.tier, rest))

    async def _ask_tier(self, tier: SharedTier, wave: list[Departure]) -> None:
        answers = await tier.get([departure.slot for departure in wave])
        for departure, found in zip(wave, answers, strict=True):
            if found is not None and self._is_of_use(departure, found):
                self._over(departure)
                departure.flight.land(found.answer)
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
        if self.tier is None:
            return await self._fetched(departure)
        lease = None if departure.flight.live else self.tier.lease(departure.slot)
        asked = self.tier.now
        try:
            found = await lease.awaited() if lease else None
            if found is not None and self._is_of_use(departure, found):
                return found.answer
            asked = self.tier.now
            answer = await self._fetched(departure)
        except BaseException:
            if lease:
                self._keep_running(lease.release())
            raise
        self._keep_running(self._tell(self.tier, departure, answer, asked, lease))
        return answer

    async def _fetched(self, departure: Departure) -> object:
        slot = departure.slot
        FALLBACK.set(lambda: departure.flight.spare)
        try:
            async with departure.gate:
                answer = await slot[1].method(departure.connector, slot[2])
        except UpstreamError as error:
            if self._is_ours(departure):
                self._ground.failed(slot, error)
            raise
        if self._is_ours(departure):
            self._ground.arrived(slot, answer, 0.0)
        return answer

    async def _tell(
        self, tier: SharedTier, departure: Departure, answer: object, asked: float, lease: Lease[Found] | None
    ) -> None:
        """Let the other processes have it too."""
        if self._is_ours(departure) or departure.slot not in self._flights:
            await tier.put(departure.slot, answer, asked, self._ground.lifetime(departure.slot, answer))
        if lease:
            await lease.release()

    def _is_of_use(self, departure: Departure, found: Found) -> bool:
        return self._is_ours(departure) and self._ground.arrived(departure.slot, *found)

    def _keep_running(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
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
