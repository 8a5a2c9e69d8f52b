"""What several processes share: answers in Redis or Valkey, by way of aiocache."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum
from functools import partial
from typing import Any, NamedTuple, Protocol

from aiocache.backends.redis import RedisBackend
from aiocache.serializers import NullSerializer
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.maint_notifications import MaintNotificationsConfig

from connectors.batches import Batches
from connectors.clock import SYSTEM_CLOCK, Clock
from connectors.drop import Drop, slot_text
from connectors.ending import ended
from connectors.slot import Slot
from connectors.store.availability import DEADLINE, Availability, in_time
from connectors.store.drops import Drops, Listener
from connectors.store.envelope import Envelope, Envelopes
from connectors.store.lease import Lease, Leases, Wanted
from connectors.store.seal import Seal
from connectors.tags import tags

CONNECTIONS = 8
"""The most at the same time: there is one wave at a time, one look for leases, one batch that is sent."""

SHORTEST = 0.001
"""Seconds: what may be given again for less is not shared."""

OPENING = CLOSING = 0.5
"""Seconds that a process waits for the tier when it begins and when it ends."""


class TierState(Enum):
    """REFUSING: it answers, and does not keep what it is told: it is full, say, or read-only."""

    REACHABLE = "reachable"
    REFUSING = "refusing"
    UNREACHABLE = "unreachable"


class Found(NamedTuple):
    """An answer, and the seconds since it came."""

    answer: Any
    age: float


class Parcel(NamedTuple):
    """An answer to be kept for so many seconds."""

    slot: Slot
    envelope: Envelope[Any]
    seconds: float


class Reader(Listener, Protocol):
    """Who is given what is shared."""

    def wants(self, slot: Slot, answer: object, age: float) -> bool:
        """Whether an answer that came so many seconds ago is of use."""


class SharedTier:
    """Answers as sealed JSON, under names that tell nothing. `url` is one of redis-py's.

    A wave of misses is one `multi_get`. What cannot be opened and decoded as the answer's type, was forgotten
    since it was asked for, or is of no use counts as not found. Whatever ails the tier costs hits, never
    answers, and a question no more than `deadline` seconds, once. `now` tells seconds since 1970.
    `hits` and `misses` count the answers that it was asked for, which it is only while it is `up`.
    """

    def __init__(
        self,
        url: str,
        seal: Seal,
        reader: Reader,
        *,
        deadline: float = DEADLINE,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self.hits = self.misses = 0
        self._backend = _backend(url)
        self._client: Redis = self._backend.client
        self._availability = Availability(self._client, deadline)
        self.now: Callable[[], float] = lambda: clock.now().timestamp()
        self._drops = Drops(self._client, seal, reader, self.now, self._availability.fell)
        self._outbox: Batches[Parcel | Lease[Found]] = Batches(self._send, at_once=100, waiting=1000)
        self._leases: Leases[Found] = Leases(self._client, self._availability, seal, self._outbox.add)
        self._envelopes = Envelopes(seal)
        self._reader = reader
        self._following: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None

    @property
    def up(self) -> bool:
        """Whether it is used: it answers, and nothing that was forgotten is unknown."""
        return self._availability.up and self._drops.following.is_set()

    @property
    def state(self) -> TierState:
        """For those who look after it."""
        if not self.up:
            return TierState.UNREACHABLE
        return TierState.REFUSING if self._availability.refusing else TierState.REACHABLE

    @property
    def failures(self) -> int:
        """How often it stopped answering."""
        return self._availability.failures

    async def open(self) -> None:
        """Begin to follow what is forgotten elsewhere; returns when all of it is known, or after a moment."""
        self._following = asyncio.get_running_loop().create_task(self._drops.follow())
        await self._availability.ask(self._client.ping, False, within=OPENING)  # so that a connection is open
        with suppress(TimeoutError):
            await in_time(self._drops.following.wait(), OPENING)

    async def aclose(self) -> None:
        """Tell the others what they are still to be told, for a moment; then close the connections."""
        await self._leases.aclose()
        await self._outbox.aclose(CLOSING)
        if self._telling is not None:
            await asyncio.wait({self._telling}, timeout=CLOSING)
        await ended(self._following, self._telling)
        await self._availability.aclose()
        await self._client.aclose()

    async def get(self, slots: Sequence[Slot]) -> list[Found | None]:
        """For each slot its answer and its age, or None."""
        if not self.up:
            return [None] * len(slots)
        names = [self._envelopes.name(slot) for slot in slots]
        kept = await self._availability.ask(lambda: self._backend.multi_get(names), [None] * len(names))
        found = [self._opened(*one) for one in zip(slots, names, kept, strict=True)]
        hits = sum(one is not None for one in found)
        self.hits += hits
        self.misses += len(found) - hits
        return found

    async def take(self, slots: Sequence[Slot]) -> Sequence[Lease[Found] | None]:
        """For each slot the right to ask its upstream, unless another has it; None: nobody can tell."""
        if not self.up:
            return [None] * len(slots)
        return await self._leases.take([self._wanted(slot) for slot in slots])

    def keep(self, slot: Slot, answer: object, asked: float, seconds: float) -> None:
        """Keep an answer, asked for at that moment and come now, for so many seconds."""
        if self.up and seconds >= SHORTEST:
            self._outbox.add(Parcel(slot, Envelope(asked, self.now(), answer), seconds))

    def announce(self, drop: Drop) -> None:
        """Tell all processes, as soon as the tier answers. From now on nothing older is taken from it."""
        if self._drops.announce(drop):
            self._telling = asyncio.get_running_loop().create_task(self._drops.tell())

    def distrust(self, slot: Slot) -> None:
        """Take nothing for this slot that was asked for before now."""
        self._drops.note(Drop(key=slot_text(slot)))

    async def _send(self, batch: Sequence[Parcel | Lease[Found]]) -> None:
        """What others wait for comes before what they may ask for themselves."""
        await self._put([one for one in batch if isinstance(one, Parcel)])
        await self._leases.give_up([one for one in batch if isinstance(one, Lease)])

    async def _put(self, parcels: Sequence[Parcel]) -> None:
        by_seconds: defaultdict[float, list[tuple[str, bytes]]] = defaultdict(list)
        for slot, envelope, seconds in parcels:
            name = self._envelopes.name(slot)
            closed = self._envelopes.closed(name, envelope)
            if closed is not None:
                by_seconds[float(seconds)].append((name, closed))
        for seconds, pairs in by_seconds.items():
            await self._availability.tell(partial(self._backend.multi_set, pairs, ttl=seconds))

    def _wanted(self, slot: Slot) -> Wanted[Found]:
        name = self._envelopes.name(slot)
        return name, lambda kept: self._opened(slot, name, kept)

    def _opened(self, slot: Slot, name: str, kept: object) -> Found | None:
        envelope = self._envelopes.opened(slot, name, kept)
        if envelope is None or self._drops.forbid(slot, tags(slot, envelope.answer), envelope.asked):
            return None
        found = Found(envelope.answer, max(0.0, self.now() - envelope.fetched))
        return found if self._reader.wants(slot, *found) else None


def _backend(url: str) -> Any:
    """The backend of aiocache, over connections that try nothing twice: whoever asks has no time for it."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=None,
        retry=Retry(NoBackoff(), 0),
        maint_notifications_config=MaintNotificationsConfig(enabled=False),
    )
    return RedisBackend(
        connection_pool_class=lambda **_: pool, serializer=NullSerializer(encoding=None), timeout=None
    )
