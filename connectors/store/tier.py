"""What several processes share: answers in Redis or Valkey, by way of aiocache."""

import asyncio
import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from aiocache.backends.redis import RedisBackend
from aiocache.serializers import NullSerializer
from redis.asyncio import Redis

from connectors.cache import Fetch
from connectors.clock import SYSTEM_CLOCK, Clock
from connectors.drop import Drop, slot_text
from connectors.slot import Slot
from connectors.store.address import connection_pool
from connectors.store.availability import Availability
from connectors.store.drops import Drops, Listener
from connectors.store.lease import Lease
from connectors.store.seal import Seal
from connectors.tags import tags

V = TypeVar("V")

MOST_WAITING = 1000
"""Drops that wait to be told while the tier does not answer."""


class Envelope(msgspec.Struct, Generic[V], frozen=True):
    """An answer on its way through the tier, with the moments when it was asked for and came (since 1970)."""

    asked: float
    fetched: float
    answer: V


class Found(NamedTuple):
    """An answer, and the seconds since it came."""

    answer: Any
    age: float


class SharedTier:
    """Answers as sealed JSON, under names that tell nothing. `url` is one of redis-py's.

    A wave of misses is one `multi_get`. What cannot be opened and decoded as the answer's type, or was
    forgotten since it was asked for, counts as not found. Whatever ails the tier costs hits, never answers.
    """

    def __init__(self, url: str, seal: Seal, listener: Listener, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._backend = RedisBackend(
            connection_pool_class=lambda **_: connection_pool(url),
            serializer=NullSerializer(encoding=None),
            timeout=None,
        )
        self._client: Redis = self._backend.client
        self._availability = Availability(self._client)
        self._drops = Drops(self._client, seal, listener)
        self._seal = seal
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()
        self._untold: list[Drop] = []

    @property
    def up(self) -> bool:
        """Whether it is used: it answers, and nothing that was forgotten is unknown."""
        return self._availability.up and self._drops.following

    @property
    def now(self) -> float:
        """Seconds since 1970."""
        return self._clock.now().timestamp()

    def open(self) -> None:
        """Begin to follow what is forgotten elsewhere. To be called in the running event loop."""
        self._run(self._drops.follow())

    async def aclose(self) -> None:
        """Stop, and close the connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._availability.aclose()
        await self._client.aclose()

    async def get(self, slots: Sequence[Slot]) -> list[Found | None]:
        """For each slot its answer and its age, or None."""
        if not self._drops.following:
            return [None] * len(slots)
        names = [self._name(slot) for slot in slots]
        nothing: list[object] = [None] * len(slots)
        found = await self._availability.ask(lambda: self._backend.multi_get(names), instead=nothing)
        return [self._opened(*one) for one in zip(slots, names, found, strict=True)]

    async def put(self, slot: Slot, answer: object, asked: float, seconds: float) -> None:
        """Keep an answer, asked for at that moment and come now, for so many seconds."""
        envelope = Envelope(asked=asked, fetched=self.now, answer=answer)
        name = self._name(slot)
        sealed = self._seal.close(msgspec.json.encode(envelope), name)
        await self._availability.ask(
            lambda: self._backend.set(name, sealed, ttl=float(seconds)), instead=None
        )

    def lease(self, slot: Slot) -> Lease[Found]:
        """The right to ask the upstream for this slot."""

        async def look() -> Found | None:
            return (await self.get([slot]))[0]

        return Lease(self._client, self._availability, self._name(slot), look)

    def announce(self, drop: Drop) -> None:
        """Tell all processes, as soon as the tier answers."""
        self._untold = [*self._untold, drop][-MOST_WAITING:]
        if len(self._untold) == 1:
            self._run(self._told())

    async def _told(self) -> None:
        while self._untold:
            try:
                await self._drops.announce(self._untold[0])
            except Exception:  # noqa: BLE001  # whatever ails the tier
                await asyncio.sleep(0.2)
            else:
                self._untold.pop(0)

    def _opened(self, slot: Slot, name: str, value: object) -> Found | None:
        text = self._seal.open(value, name) if isinstance(value, bytes) else None
        if text is None:
            return None
        try:
            envelope = msgspec.json.decode(text, type=Envelope[slot[1].answer_type])  # type: ignore[misc]  # known only now
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None
        if self._drops.forbid(slot, tags(*slot, envelope.answer), envelope.asked):
            return None
        return Found(envelope.answer, max(0.0, self.now - envelope.fetched))

    def _name(self, slot: Slot) -> str:
        return self._seal.name(msgspec.json.encode((*slot_text(slot), _shape(slot[1]))))

    def _run(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@cache
def _shape(fetch: Fetch[Any, Any, Any]) -> str:
    """What tells the records of this version of the gateway from those of another."""
    described = repr(msgspec.inspect.type_info(fetch.answer_type))
    return hashlib.blake2b(described.encode(), digest_size=8).hexdigest()
