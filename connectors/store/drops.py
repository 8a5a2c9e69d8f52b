"""What was forgotten, as all processes hear of it: a stream in the shared tier that each of them follows.

A stream is publish/subscribe that remembers: who was away reads on where they stopped.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias

import msgspec
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from connectors.cache import Kind
from connectors.drop import Drop
from connectors.record import Record
from connectors.slot import Slot
from connectors.store.availability import in_time
from connectors.store.forgotten import MOST, Forgotten
from connectors.store.seal import Seal

STREAM: Final = "gateway:drops"
BEGINNING: Final = b"0-0"
FIELD: Final = b"drop"

BLOCK = 1.0
"""Seconds for which one question for news may wait."""

AGAIN = 0.2
"""Seconds from a failure to the next try."""

PAGE = 500
"""Entries that are read at once."""

MOST_UNTOLD = 1000
"""Drops that wait for a tier that does not answer; if there are more, everything is told to be forgotten."""


Entry: TypeAlias = tuple[bytes, Mapping[bytes, bytes]]


class News(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A drop, the process that tells it, and when that was (seconds since 1970)."""

    by: str
    when: float
    drop: Drop


class Listener(Protocol):
    """Who is told."""

    def heard(self, drop: Drop) -> None:
        """Another process forgot this."""

    def missed(self) -> None:
        """Others forgot something, and nobody knows what."""


class Drops:
    """The stream, followed by one process from its beginning to its end.

    `following` is set while all that others forgot is known, up to a moment ago. `lost` is called when that
    ends because the tier does not answer.
    """

    def __init__(
        self,
        client: Redis,
        seal: Seal,
        listener: Listener,
        now: Callable[[], float],
        lost: Callable[[], None],
    ) -> None:
        self._client = client
        self._seal = seal
        self._listener = listener
        self._now = now
        self._lost = lost
        self._name = secrets.token_hex(8)
        self._last = BEGINNING
        self._forgotten = Forgotten()
        self._untold: deque[News] = deque()
        self.following = asyncio.Event()

    def note(self, drop: Drop) -> None:
        """This process forgot something: it takes no older answer from others any more."""
        self._forgotten.note(self._now(), drop)

    def announce(self, drop: Drop) -> bool:
        """Let `tell` tell the others too; whether it must be called for that."""
        self.note(drop)
        idle = not self._untold
        self._untold.append(self._news(drop))
        if len(self._untold) > MOST_UNTOLD:
            self._untold = deque(self._news(Drop(kind=kind)) for kind in Kind)
        return idle

    async def tell(self) -> None:
        """Tell the others what they were not told yet, as soon as that is possible."""
        while self._untold:
            news = self._untold[0]
            try:
                await self._add(news)
            except Exception:  # noqa: BLE001  # whatever ails the tier: it is told again
                await asyncio.sleep(AGAIN)
            else:
                if self._untold[0] is news:
                    self._untold.popleft()

    def forbid(self, slot: Slot, tags: Iterable[str], asked: float) -> bool:
        """Whether an answer that was asked for at that moment (seconds since 1970) was forgotten since."""
        return self._forgotten.takes(slot, tags, asked)

    async def follow(self) -> None:
        """Hear of every drop, for ever."""
        while True:
            try:
                await self._listen()
            except Exception:  # noqa: BLE001  # whatever ails the tier: it is asked again
                if self.following.is_set():
                    self.following.clear()
                    self._lost()
                await asyncio.sleep(AGAIN)

    async def _listen(self) -> None:
        """Hear what is new. Without the entry that was heard last, nobody knows what was missed."""
        last, new = await in_time(self._read(), 2 * BLOCK)
        if self._last != BEGINNING and not last:
            self._last = BEGINNING
            self.following.clear()
            self._listener.missed()
        elif self._last == BEGINNING and not new:
            await self._add(self._news(Drop()))  # from now on its loss is noticed
        else:
            self._hear_all(new)
            if len(new) < PAGE:
                self.following.set()

    async def _read(self) -> tuple[object, list[Entry]]:
        """The entry that was heard last, and those after it; waits for one unless there may be more."""
        block = int(1000 * BLOCK) if self.following.is_set() else None
        async with self._client.pipeline(transaction=False) as pipe:
            pipe.xrange(STREAM, self._last, self._last)
            pipe.xread({STREAM: self._last}, block=block, count=PAGE)
            try:
                last, told = await pipe.execute()
            except ResponseError as error:
                if "WRONGTYPE" in str(error):  # what stands in the stream's place would stand there for ever
                    await self._client.delete(STREAM)
                raise
        return last, list(_entries(told))

    def _hear_all(self, new: Sequence[Entry]) -> None:
        for entry, fields in new:
            news = self._opened(fields.get(FIELD, b""))
            when = news.when if news else int(entry.partition(b"-")[0]) / 1000
            if self._last == BEGINNING:
                self._forgotten.known_since(when)
            self._last = entry
            if news is not None:
                self._hear(news)
            elif FIELD in fields:  # else no gateway told it
                self._forgotten.unknown_until(when)
                self._listener.missed()

    def _hear(self, news: News) -> None:
        self._forgotten.note(news.when, news.drop)
        if news.by != self._name:
            self._listener.heard(news.drop)

    def _news(self, drop: Drop) -> News:
        return News(by=self._name, when=self._now(), drop=drop)

    def _opened(self, sealed: bytes) -> News | None:
        opened = self._seal.open(sealed, STREAM)
        try:
            return msgspec.json.decode(opened or b"", type=News)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None

    async def _add(self, news: News) -> None:
        """Raises what the client raises."""
        sealed = self._seal.close(msgspec.json.encode(news), STREAM)
        await in_time(self._client.xadd(STREAM, {FIELD: sealed}, maxlen=MOST), BLOCK)


def _entries(told: Any) -> Iterator[Entry]:
    """The entries of XREAD's answer, which has another form in each version of the protocol."""
    streams = told.items() if isinstance(told, dict) else told or ()
    for _, entries in streams:
        for group in entries:
            yield from [group] if isinstance(group, tuple) else group
