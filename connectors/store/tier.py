"""The seam to a cache that several processes share: any of aiocache's backends."""

import hashlib
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec
from aiocache.base import BaseCache

from connectors.cache import Fetch

V = TypeVar("V")

Slot: TypeAlias = tuple[str, Fetch[Any, Any, Any], Any]
"""What an answer is kept under: whose answers they are, the method, its key."""


class Envelope(msgspec.Struct, Generic[V], frozen=True):
    """An answer on its way through the tier, with the wall-clock second at which it was fetched."""

    fetched: float
    answer: V


class SharedTier:
    """Answers as JSON bytes in one of aiocache's backends, under keys that tell nothing.

    The backend must hand values through as they are (its null serializer): pickle is never used. A wave of
    misses is one `multi_get`. What cannot be decoded as the answer's type counts as not found.
    """

    def __init__(self, backend: BaseCache, *, clock: Callable[[], float] = time.time) -> None:
        self._backend = backend
        self._clock = clock

    async def get(self, slots: Sequence[Slot]) -> list[tuple[Any, float] | None]:
        """For each slot its answer and the seconds since it was fetched, or None."""
        try:
            found = await self._backend.multi_get([_name(slot) for slot in slots])
        except Exception:  # noqa: BLE001  # whatever ails the tier costs hits, never answers
            return [None] * len(slots)
        return [self._open(slot[1], value) for slot, value in zip(slots, found, strict=True)]

    async def put(self, slot: Slot, answer: object, seconds: float) -> None:
        """Keep an answer for so many seconds."""
        envelope = Envelope(fetched=self._clock(), answer=answer)
        with suppress(Exception):  # the same: the answer is already on its way to those who wait
            await self._backend.set(_name(slot), msgspec.json.encode(envelope), ttl=seconds)

    def _open(self, fetch: Fetch[Any, Any, Any], value: object) -> tuple[Any, float] | None:
        if not isinstance(value, bytes):
            return None
        try:
            envelope = msgspec.json.decode(value, type=Envelope[fetch.answer_type])  # type: ignore[name-defined]
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None
        return envelope.answer, max(0.0, self._clock() - envelope.fetched)


def _name(slot: Slot) -> str:
    realm, fetch, key = slot
    return hashlib.blake2b(msgspec.json.encode((realm, repr(fetch), key)), digest_size=20).hexdigest()
