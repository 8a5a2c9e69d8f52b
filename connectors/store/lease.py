"""One flight per key across processes: who holds the lease asks the upstream, the others wait."""

import asyncio
import secrets
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from itertools import repeat
from typing import Final, Generic, TypeAlias, TypeVar

from redis.asyncio import Redis

from connectors.ending import ended
from connectors.store.availability import Availability
from connectors.store.seal import Seal

V = TypeVar("V")

Look: TypeAlias = Callable[[bytes | None], V | None]
"""Opens what is kept; None unless it is an answer that is of use."""

Wanted: TypeAlias = tuple[str, Look[V]]
"""The name under which an answer is kept, and how it is opened."""

LIFE = 2.0
"""Seconds that a lease lives: those who wait for a dead holder wait no longer."""

MILLISECONDS: Final = int(1000 * LIFE)

EXTENDED = 0.6
"""Seconds between two extensions by a living holder: a slow upstream does not lose its lease."""

PATIENCE = 5.0
"""Seconds after which those who wait ask for themselves."""

FIRST_LOOK, MOST_BETWEEN_LOOKS = 0.004, 0.05
"""Seconds between two looks for answers, growing from the first number to the second."""

# Of every two keys, lease and answer: take the lease unless it is taken; tell whose it is and the answer.
TAKE = """
local told = {}
for i = 1, #KEYS, 2 do
  redis.call('set', KEYS[i], ARGV[(i + 3) / 2], 'nx', 'px', ARGV[1])
  local both = redis.call('mget', KEYS[i], KEYS[i + 1])
  told[i], told[i + 1] = both[1], both[2]
end
return told
"""

EXTEND = """
for i = 1, #KEYS do
  if redis.call('mget', KEYS[i])[1] == ARGV[i + 1] then redis.call('pexpire', KEYS[i], ARGV[1]) end
end
"""

RELEASE = """
for i = 1, #KEYS do
  if redis.call('mget', KEYS[i])[1] == ARGV[i + 1] then redis.call('del', KEYS[i]) end
end
"""


class Holder(Enum):
    """Who may ask the upstream for a key. NOBODY: the tier cannot tell; then everybody may."""

    SELF = "self"
    ANOTHER = "another"
    NOBODY = "nobody"


class Lease(Generic[V]):
    """The right to ask for one key, or the answer of who had it. `look` reads the answer that is kept."""

    def __init__(self, leases: "Leases[V]", name: str, token: bytes, look: Look[V]) -> None:
        self._leases = leases
        self._look = look
        self.name = name
        self.token = token
        self.holder = Holder.NOBODY
        self.released = False
        self.found: V | None = None

    async def awaited(self) -> V | None:
        """The answer that another process got; None when it is ours to ask, whoever else does."""
        if self.found is None and self.holder is Holder.ANOTHER:
            await self._leases.wait(self)
        return self.found

    def release(self) -> None:
        """Let another one ask, if it was ours."""
        if not self.released:
            self.released = True
            self._leases.part(self)

    def told(self, holder: Holder, answer: bytes | None) -> None:
        """Whose it is now, and the answer that is kept."""
        self.holder = holder
        self.found = self._look(answer)


class Leases(Generic[V]):
    """The leases of one process: taken by waves, extended together, waited for together.

    `give_back` is called with those that are to be released.
    """

    def __init__(
        self,
        client: Redis,
        availability: Availability,
        seal: Seal,
        give_back: Callable[[Lease[V]], None],
    ) -> None:
        self._client = client
        self._availability = availability
        self._seal = seal
        self._give_back = give_back
        self._held: dict[Lease[V], None] = {}
        self._waiting: dict[Lease[V], asyncio.Future[None]] = {}
        self._pause = FIRST_LOOK
        self._looking: asyncio.Task[None] | None = None
        self._extending: asyncio.Task[None] | None = None

    async def take(self, wanted: Iterable[Wanted[V]]) -> list[Lease[V]]:
        """A lease for each name under which an answer is kept, as far as nobody else has it."""
        leases = [Lease(self, name, self._token(name), look) for name, look in wanted]
        await self._ask(leases)
        return leases

    async def wait(self, lease: Lease[V]) -> None:
        """Return when its answer is found, when it is ours, or when it took too long."""
        done = self._waiting[lease] = asyncio.get_running_loop().create_future()
        self._pause = FIRST_LOOK
        if self._looking is None:
            self._looking = asyncio.get_running_loop().create_task(self._look())
        try:
            async with asyncio.timeout(PATIENCE):
                await done
        except TimeoutError:
            return
        finally:
            del self._waiting[lease]

    def part(self, lease: Lease[V]) -> None:
        """Hold it no longer."""
        self._held.pop(lease, None)
        if lease.holder is Holder.SELF:
            self._give_back(lease)

    async def give_up(self, leases: Sequence[Lease[V]]) -> None:
        """Release them where they are kept."""
        await self._run(RELEASE, leases)

    async def aclose(self) -> None:
        """Wait for none, and extend none."""
        await ended(self._looking, self._extending)

    async def _look(self) -> None:
        """Look again and again, until nobody waits."""
        while self._waiting:
            await asyncio.sleep(self._pause)
            self._pause = min(1.5 * self._pause, MOST_BETWEEN_LOOKS)
            await self._ask(list(self._waiting))
            for lease, done in self._waiting.items():
                if not done.done() and (lease.found is not None or lease.holder is not Holder.ANOTHER):
                    done.set_result(None)
        self._looking = None

    async def _extend(self) -> None:
        """Extend again and again, until none is held."""
        while self._held:
            await asyncio.sleep(EXTENDED)
            await self._run(EXTEND, list(self._held))
        self._extending = None

    async def _ask(self, leases: Sequence[Lease[V]]) -> None:
        if not leases:
            return
        names = [name for lease in leases for name in (_kept(lease.name), lease.name)]
        tokens = [lease.token for lease in leases]
        told = await self._availability.ask(
            lambda: self._client.eval(TAKE, len(names), *names, MILLISECONDS, *tokens), instead=None
        )
        pairs = zip(told[::2], told[1::2], strict=True) if told else repeat((None, None))
        for lease, (holder, answer) in zip(leases, pairs, strict=False):
            lease.told(self._holder(lease, holder), answer)
            if lease.holder is Holder.SELF:
                self._hold(lease)

    def _holder(self, lease: Lease[V], token: bytes | None) -> Holder:
        if token == lease.token:
            return Holder.SELF
        if token is None or self._seal.open(token, _kept(lease.name)) is None:
            return Holder.NOBODY  # what stands there is no lease
        return Holder.ANOTHER

    def _hold(self, lease: Lease[V]) -> None:
        if lease.released:  # who wanted it has left meanwhile
            self._give_back(lease)
            return
        self._held[lease] = None
        if self._extending is None:
            self._extending = asyncio.get_running_loop().create_task(self._extend())

    async def _run(self, script: str, leases: Sequence[Lease[V]]) -> None:
        if leases:
            names = [_kept(lease.name) for lease in leases]
            tokens = [lease.token for lease in leases]
            await self._availability.tell(
                lambda: self._client.eval(script, len(names), *names, MILLISECONDS, *tokens)
            )

    def _token(self, name: str) -> bytes:
        return self._seal.close(secrets.token_bytes(8), _kept(name))


def _kept(name: str) -> str:
    """Where the lease for an answer is kept."""
    return f"lease:{name}"
