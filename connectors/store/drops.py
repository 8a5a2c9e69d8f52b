"""What was forgotten, as all processes hear of it: a stream in the shared tier that each of them follows.

A stream is publish/subscribe that remembers: who was away reads on where they stopped.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Protocol

import msgspec
from redis.asyncio import Redis

from connectors.drop import Drop
from connectors.slot import Slot
from connectors.store.seal import Seal
from connectors.tags import OfPatient

STREAM: Final = "gateway:drops"
BEGINNING: Final = b"0-0"
MOST = 100_000
"""Drops in the stream; older ones leave it."""

BLOCK = 1.0
"""Seconds for which one question for news may wait."""

AGAIN = 0.2
"""Seconds from a failure to the next question."""

SKEW = 5.0
"""Seconds by which clocks may differ: what was asked for so shortly after a drop counts as before it."""


class Listener(Protocol):
    """Who is told."""

    def heard(self, drop: Drop) -> None:
        """Another process forgot this."""

    def missed(self) -> None:
        """What others forgot for a while is not known."""


class Drops:
    """The stream, followed by one process from its beginning to its end."""

    def __init__(self, client: Redis, seal: Seal, listener: Listener) -> None:
        self._client = client
        self._seal = seal
        self._listener = listener
        self._last = BEGINNING
        self._known: deque[tuple[float, Drop]] = deque(maxlen=MOST)
        self._ours: set[bytes] = set()
        self.following = False

    async def announce(self, drop: Drop) -> None:
        """Tell all the others. Raises what the client raises."""
        sealed = self._seal.close(msgspec.json.encode(drop), STREAM)
        entry: Any = await self._client.xadd(STREAM, {b"drop": sealed}, maxlen=MOST)
        self._ours.add(entry)

    def forbid(self, slot: Slot, tags: Iterable[OfPatient], asked: float) -> bool:
        """Whether an answer that was asked for at that moment (seconds since 1970) was forgotten since."""
        told = tuple(tags)
        return any(drop.takes(slot, told) for drop in self._since(asked - SKEW))

    async def follow(self) -> None:
        """Hear of every drop, for ever. While `following` is false something may be unknown."""
        while True:
            try:
                await self._catch_up()
                while True:
                    await self._listen()
            except Exception:  # noqa: BLE001  # whatever ails the tier: it is asked again
                self.following = False
                await asyncio.sleep(AGAIN)

    async def _catch_up(self) -> None:
        """Find where the stream stands. Without the entry heard last nobody knows what was missed."""
        async with asyncio.timeout(BLOCK):
            if self._last == BEGINNING:
                for entry, fields in _entries({STREAM: await self._client.xrange(STREAM)}):
                    self._note(entry, fields)
            elif not await self._client.xrange(STREAM, self._last, self._last):
                self._last = BEGINNING
                self._listener.missed()
                return await self._catch_up()
        self.following = True
        return None

    async def _listen(self) -> None:
        async with asyncio.timeout(2 * BLOCK):
            told = await self._client.xread({STREAM: self._last}, block=int(1000 * BLOCK), count=100)
        for entry, fields in _entries(told):
            drop = self._note(entry, fields)
            if drop is None:
                self._listener.missed()
            elif entry in self._ours:
                self._ours.discard(entry)
            else:
                self._listener.heard(drop)

    def _note(self, entry: bytes, fields: Mapping[bytes, bytes]) -> Drop | None:
        self._last = entry
        opened = self._seal.open(fields.get(b"drop", b""), STREAM)
        try:
            drop = msgspec.json.decode(opened or b"", type=Drop)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None
        self._known.append((int(entry.partition(b"-")[0]) / 1000, drop))
        return drop

    def _since(self, moment: float) -> Iterator[Drop]:
        for when, drop in reversed(self._known):
            if when < moment:
                return
            yield drop


def _entries(told: Any) -> Iterator[tuple[bytes, Mapping[bytes, bytes]]]:
    """The entries of XREAD's answer, which has another form in each version of the protocol."""
    streams = told.items() if isinstance(told, dict) else told or ()
    for _, entries in streams:
        for group in entries:
            yield from [group] if isinstance(group, tuple) else group
