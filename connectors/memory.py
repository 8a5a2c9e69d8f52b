"""What a process remembers: the record store, and one flight per key for what it must ask."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, TypeAlias

from connectors.cache import Connector, Fetch
from connectors.store.records import MISSING, RecordStore
from connectors.store.tier import SharedTier

Slot: TypeAlias = tuple[str, Fetch[Any, Any, Any], Any]


class Flight:
    """One question on its way to an upstream, shared by everyone who waits for it.

    Each who waits has a future of their own: cancelling one disturbs nobody. When the last one leaves, the flight
    is called back.
    """

    __slots__ = ("_landed", "_task", "_waiting", "connector", "slot")

    def __init__(self, slot: Slot, connector: Connector) -> None:
        self.slot = slot
        self.connector = connector
        self._waiting: set[asyncio.Future[Any]] = set()
        self._task: asyncio.Task[None] | None = None
        self._landed = False

    @property
    def wanted(self) -> bool:
        """Whether anybody still waits."""
        return bool(self._waiting)

    def join(self) -> asyncio.Future[Any]:
        """A future of one's own, done when the flight lands. Ending it earlier is leaving."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        future.add_done_callback(self._leave)
        return future

    def depart(self, task: asyncio.Task[None]) -> None:
        """Be carried by this task, which is called back when nobody waits any more."""
        self._task = task

    def land(self, answer: object) -> None:
        """Give everyone who waits the answer."""
        self._landed = True
        for future in self._still_waiting():
            future.set_result(answer)

    def crash(self, error: BaseException) -> None:
        """Give everyone who waits the error."""
        self._landed = True
        for future in self._still_waiting():
            future.set_exception(error)
            future.exception()  # read: whoever stopped waiting must not be told by the event loop's log

    def _still_waiting(self) -> list[asyncio.Future[Any]]:
        return [future for future in self._waiting if not future.done()]

    def _leave(self, future: asyncio.Future[Any]) -> None:
        self._waiting.discard(future)
        if not self._waiting and not self._landed and self._task is not None:
            self._task.cancel()


class Memory:
    """Answers of all connectors for the whole process.

    A miss joins the flight of its key, or begins one. The misses of one tick of the event loop leave together as a
    wave, so that a shared tier is asked once for all of them. A failure is told to those who wait and not kept.
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
        self._flights: dict[Slot, Flight] = {}
        self._wave: list[Flight] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def read(self, connector: Connector, fetch: Fetch[Any, Any, Any], key: object) -> object:
        """The remembered answer itself, or a future of it."""
        slot = (connector.realm, fetch, key)
        answer = self._store.get(slot)
        return self._flight(slot, connector).join() if answer is MISSING else answer

    async def aclose(self) -> None:
        """Call every flight back and wait until each is down."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _flight(self, slot: Slot, connector: Connector) -> Flight:
        flight = self._flights.get(slot)
        if flight is None or not flight.wanted:
            flight = self._flights[slot] = Flight(slot, connector)
            if not self._wave:
                asyncio.get_running_loop().call_soon(self._depart)
            self._wave.append(flight)
        return flight

    def _depart(self) -> None:
        wave, self._wave = self._wave, []
        if self._tier is None:
            for flight in wave:
                self._ask(flight)
        else:
            self._start(self._ask_tier(self._tier, wave))

    def _start(self, coroutine: Any) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _ask_tier(self, tier: SharedTier, wave: list[Flight]) -> None:
        for flight, found in zip(wave, await tier.get([flight.slot for flight in wave]), strict=True):
            if found is None:
                self._ask(flight)
            else:
                answer, age = found
                self._keep(flight, answer, age)

    def _ask(self, flight: Flight) -> None:
        if flight.wanted:
            flight.depart(self._start(self._fly(flight)))
        else:
            self._forget(flight)

    async def _fly(self, flight: Flight) -> None:
        _, fetch, key = flight.slot
        try:
            answer = await fetch.method(flight.connector, key)
        except asyncio.CancelledError:
            self._forget(flight)
            raise
        except Exception as error:  # whatever it is, those who wait are told, and they decide
            self._forget(flight)
            flight.crash(error)
        else:
            self._keep(flight, answer, age=0.0)
            if self._tier is not None:
                await self._tier.put(flight.slot, answer, _lifetime(fetch, answer))

    def _keep(self, flight: Flight, answer: object, age: float) -> None:
        self._store.put(flight.slot, answer, _lifetime(flight.slot[1], answer) - age)
        self._forget(flight)
        flight.land(answer)

    def _forget(self, flight: Flight) -> None:
        if self._flights.get(flight.slot) is flight:
            del self._flights[flight.slot]


def _lifetime(fetch: Fetch[Any, Any, Any], answer: object) -> float:
    return fetch.policy.absent if answer is None else fetch.policy.fresh
