"""Questions on their way: one flight for each key. The tier is asked for the misses of a tick together."""

import asyncio
from collections.abc import Iterator, Sequence
from functools import cached_property
from math import inf
from typing import Any, Final, Protocol

from connectors.batches import Batches
from connectors.bulkhead import Bulkhead
from connectors.cache import Connector
from connectors.ending import ended
from connectors.errors import UpstreamError
from connectors.flight import Flight
from connectors.retry import FALLBACK, Fallback
from connectors.slot import Slot
from connectors.store.lease import Lease
from connectors.store.tier import Found, SharedTier

OPEN: Final = Bulkhead(inf)
"""For calls that nobody bounds."""


class Departure(Flight[Any], eq=False, kw_only=True):
    """A question that leaves for its upstream, by way of the tier unless it is `live`.

    It is `listed` while others find it among all `flights`: only then is what it brings remembered. It has a
    `fallback` if whoever wanted it first has an older answer to fall back on.
    """

    flights: dict[Slot, "Departure"]
    slot: Slot
    connector: Connector
    gate: Bulkhead
    live: bool
    fallback: Fallback | None
    lease: Lease[Found] | None = None
    listed: bool = True

    def over(self) -> None:
        """Whoever asks from now on asks anew, in other processes too."""
        if self.lease is not None:
            self.lease.release()
        if self.listed:
            self.listed = False
            del self.flights[self.slot]


class Ground(Protocol):
    """Who is told how a flight ends, before those who wait for it are."""

    def arrived(self, slot: Slot, answer: object, age: float) -> None:
        """An answer that came now, or `age` seconds ago."""

    def failed(self, slot: Slot, error: UpstreamError) -> None:
        """There is no answer."""

    def lifetime(self, slot: Slot, answer: object) -> float:
        """Seconds for which an answer is given again without asking."""


class Flights:
    """The flights of all keys, by way of the `tier` if there is one. The ground hears of none disowned."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.tier: SharedTier | None = None
        self._flights: dict[Slot, Departure] = {}
        self._by_tier: Batches[Departure] = Batches(self._ask_tier)
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    @cached_property
    def _loop(self) -> asyncio.AbstractEventLoop:
        """The loop that all of them are carried by: to ask for it takes a system call on Python 3.11."""
        return asyncio.get_running_loop()

    def __iter__(self) -> Iterator[Slot]:
        return iter(self._flights)

    def __contains__(self, slot: object) -> bool:
        return slot in self._flights

    def flight(
        self,
        slot: Slot,
        connector: Connector,
        gate: Bulkhead = OPEN,
        *,
        spare: bool = False,
        live: bool = False,
    ) -> Flight[Any]:
        """The flight to join for an answer. If there is none yet, its question leaves in the next tick.

        `spare`: who joins has an older answer to fall back on. `live`: it must come from its upstream.
        """
        departure = self._flights.get(slot)
        if departure is not None and (departure.live or not live):
            if departure.fallback is not None:
                departure.fallback.for_all &= spare
            return departure
        if departure is not None:
            departure.listed = False  # what it brings is only for those who wait for it already
        departure = self._flights[slot] = Departure(
            self._loop,
            flights=self._flights,
            slot=slot,
            connector=connector,
            gate=gate,
            live=live or self.tier is None,
            fallback=Fallback(for_all=True) if spare else None,
        )
        if departure.live:
            self._ask_upstream(departure)
        else:
            self._by_tier.add(departure)
        return departure

    def disown(self, slot: Slot) -> None:
        """What is on its way reaches those who wait for it, and nobody else."""
        departure = self._flights.get(slot)
        if departure is not None:
            departure.over()

    async def aclose(self) -> None:
        """Call every flight back and wait until each is down. None departs any more."""
        self._closed = True
        await self._by_tier.aclose()
        await ended(*self._tasks)
        for departure in tuple(self._flights.values()):  # also what was called back before it began
            departure.over()

    async def _ask_tier(self, wave: Sequence[Departure]) -> None:
        assert self.tier is not None
        missing = []
        for departure, found in zip(wave, await self.tier.get([one.slot for one in wave]), strict=True):
            if found is None:
                missing.append(departure)
            else:
                departure.land(self._given(departure, found))
        leases = await self.tier.take([departure.slot for departure in missing])
        for departure, departure.lease in zip(missing, leases, strict=True):
            if not departure.listed:
                departure.over()  # what it will bring is for nobody else
            self._ask_upstream(departure)

    def _ask_upstream(self, departure: Departure) -> None:
        if self._closed:
            departure.over()
            return
        task = departure.work = self._loop.create_task(self._carry(departure))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, departure: Departure) -> None:
        """Bring the answer or its failure: in one coroutine, as each is gone through whenever one goes on."""
        slot, lease, gate = departure.slot, departure.lease, departure.gate
        if not departure.wanted:
            departure.end()
            return
        try:
            if lease is not None and (found := await lease.awaited()) is not None:
                departure.land(self._given(departure, found))
                return
            departure.live = True
            asked = self.tier.now() if self.tier else 0.0
            if departure.fallback is not FALLBACK.get():  # mostly there is none
                FALLBACK.set(departure.fallback)
            if not gate.enter():
                await gate.wait()
            try:
                answer = await slot[1].method(departure.connector, slot[2])
            finally:
                gate.leave()
            if departure.listed:
                self._ground.arrived(slot, answer, 0.0)
                if self.tier is not None:
                    self.tier.keep(slot, answer, asked, self._ground.lifetime(slot, answer))
            departure.land(answer)
        except asyncio.CancelledError:
            departure.end()
            raise
        except Exception as error:  # noqa: BLE001  # as of every flight
            try:
                if departure.listed and isinstance(error, UpstreamError):
                    self._ground.failed(slot, error)
            finally:
                departure.crash(error)

    def _given(self, departure: Departure, found: Found) -> object:
        """An answer of another process."""
        learn = departure.slot[1].learn
        if learn is not None:
            learn(departure.connector, found.answer)
        if departure.listed:
            self._ground.arrived(departure.slot, *found)
        return found.answer
