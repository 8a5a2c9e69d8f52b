"""Processes that share a tier, as far as the tier can tell: each with a memory and an upstream of its own."""

import asyncio
import inspect
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar

from connectors.cache import Kind, remembered
from connectors.clock import Clock
from connectors.listing import Listing
from connectors.memory import Memory
from connectors.reading import How
from connectors.record import Sourced
from connectors.slot import Slot
from connectors.store.drops import STREAM
from connectors.store.seal import Seal
from connectors.store.tier import SharedTier
from tests.redis_server import RedisServer

KEY = secrets.token_bytes(32)
FRESH, LONG, ABSENT = 60, 3600, 5


class Moved(Clock):
    """The system's clock, as far ahead as a test has moved it."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def go_on(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self._ahead += seconds

    def now(self) -> datetime:
        """The moment (UTC)."""
        return super().now() + timedelta(seconds=self._ahead)

    def seconds(self) -> float:
        """Seconds that have passed."""
        return super().seconds() + self._ahead


class Note(Sourced, frozen=True, kw_only=True):
    """A record of a patient."""

    id: str
    patient_id: str | None = None
    text: str = ""


class Archive:
    """A connector whose answers tell who asked, and as which of its questions; it fails on demand.

    `editions`: how often what a key stands for was changed. An answer has so many stars.
    """

    system: ClassVar[str] = "archive"

    def __init__(self, name: str, realm: str) -> None:
        self.name = name
        self.realm = realm
        self.asked: list[str] = []
        self.editions: Counter[str] = Counter()
        self.failure: Exception | None = None
        self.opened = asyncio.Event()
        self.opened.set()

    @remembered(Kind.PAYORS, fresh=LONG, while_revalidate=2 * LONG, on_error=0, absent=ABSENT)
    async def book(self, key: str) -> str | None:
        """The book of this key: of no patient."""
        return await self._answer(key)

    @remembered(Kind.PATIENTS, fresh=FRESH, while_revalidate=FRESH, on_error=10 * FRESH, absent=ABSENT)
    async def note(self, key: str) -> Note | None:
        """The note of this key, which is of the patient "of <key>"."""
        text = await self._answer(key)
        return None if text is None else Note(id=key, patient_id=f"of {key}", text=text)

    @remembered(Kind.COVERAGES, fresh=FRESH, while_revalidate=FRESH, on_error=0, absent=ABSENT, of=str)
    async def notes(self, patient: str) -> Listing[Note]:
        """The notes of a patient."""
        text = await self._answer(patient)
        return Listing(items=(Note(id="1", patient_id=patient, text=text or ""),))

    async def _answer(self, key: str) -> str | None:
        self.asked.append(key)
        number, edition = len(self.asked), self.editions[key]
        await self.opened.wait()
        if self.failure is not None:
            raise self.failure
        if key.startswith("none"):
            return None
        return f"{self.realm} {key} from {self.name} {number}{edition * '*'}"


class Process:
    """A process with one archive, which answers as `name`."""

    def __init__(self, office: "Office", name: str, memory: Memory, tier: SharedTier, realm: str) -> None:
        self.office = office
        self.archive = Archive(name, realm)
        self.memory = memory
        self.tier = tier

    def slot(self, key: str, fetch: Any = Archive.book) -> Slot:
        """What an answer is kept under."""
        return (self.archive.realm, fetch, key)

    async def read(self, key: str = "a", fetch: Any = Archive.book, **asked: Any) -> Any:
        """What a new operation is given."""
        reading = self.memory.read(self.archive, fetch, key, **asked)
        return await reading.answer if reading.pending else reading.answer

    async def text(self, key: str = "a", fetch: Any = Archive.note, **asked: Any) -> str:
        """The text of a note that a new operation is given."""
        answer = await self.read(key, fetch, **asked)
        text: str = (answer.items[0] if isinstance(answer, Listing) else answer).text
        return text

    def remembers(self, key: str = "a", fetch: Any = Archive.book) -> bool:
        """Whether this process would not have to ask anybody."""
        return self.memory.known(self.archive, fetch, key) is not None

    def how(self, key: str = "a", fetch: Any = Archive.book) -> How:
        """How it would be given, if it is remembered here."""
        return self.memory.read(self.archive, fetch, key).how

    async def heard(self) -> None:
        """Return when this process knows of all that was forgotten until now."""
        async with self.office.server.client() as client:
            entries: Any = await client.xrevrange(STREAM, count=1)
        last: bytes = entries[0][0]
        await until(lambda: self.tier._drops._last >= last and self.tier._drops.following.is_set())

    async def told(self) -> None:
        """Return when the others can know of all that this process forgot until now."""
        await until(lambda: not self.tier._drops._untold)

    async def sent(self) -> None:
        """Return when what this process had to send is sent."""
        await until(lambda: self.tier._outbox._doing is None)


class Office:
    """Processes on one server, with one clock; they end with it."""

    def __init__(self, server: RedisServer, closing: AsyncExitStack) -> None:
        self.server = server
        self.clock = Moved()
        self._closing = closing

    async def process(self, name: str, *, keys: Iterable[bytes] = (KEY,), realm: str = "here") -> Process:
        """One more process."""
        memory = Memory(clock=self.clock, chance=lambda: 0.0)
        tier = SharedTier(self.server.url, Seal(tuple(keys)), memory, clock=self.clock)
        self._closing.push_async_callback(tier.aclose)
        self._closing.push_async_callback(memory.aclose)
        memory.share(tier)
        await tier.open()
        return Process(self, name, memory, tier, realm)

    async def two(self) -> tuple[Process, Process]:
        """Two processes."""
        return await self.process("one"), await self.process("two")

    async def waiting(self) -> tuple[Process, Process, "asyncio.Future[str]", "asyncio.Future[str]"]:
        """Two processes: the first asks its upstream, which does not answer yet; the second waits for it."""
        one, two = await self.two()
        one.archive.opened.clear()
        first = asyncio.ensure_future(one.text())
        await until(lambda: one.archive.asked == ["a"])
        second = asyncio.ensure_future(two.text())
        await until(lambda: bool(two.tier._leases._waiting))
        return one, two, first, second


@asynccontextmanager
async def office(server: RedisServer) -> AsyncIterator[Office]:
    """An office on this server; in the end every process is closed."""
    async with AsyncExitStack() as closing:
        yield Office(server, closing)


async def until(holds: Callable[[], bool | Awaitable[bool]]) -> None:
    """Let the event loop run until something holds; fail if it never does."""
    async with asyncio.timeout(10):
        while True:
            held = holds()
            if await held if inspect.isawaitable(held) else held:
                return
            await asyncio.sleep(0.002)
