"""One flight per key across processes: who holds the lease asks the upstream, the others wait."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from redis.asyncio import Redis

from connectors.store.availability import Availability

V = TypeVar("V")

LIFE = 2.0
"""Seconds that a lease lives: those who wait for a dead holder wait no longer."""

EXTENDED = 0.6
"""Seconds between two extensions by a living holder: a slow upstream does not lose its lease."""

FIRST_LOOK, MOST_BETWEEN_LOOKS = 0.004, 0.05
"""Seconds between two looks for the answer, growing from the first number to the second."""

EXTEND = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end"
RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end"


class Lease(Generic[V]):
    """The right to ask for one key. `look` gives the answer as soon as it is in the tier."""

    def __init__(
        self,
        client: Redis,
        availability: Availability,
        name: str,
        look: Callable[[], Awaitable[V | None]],
    ) -> None:
        self._client = client
        self._availability = availability
        self._name = f"lease:{name}"
        self._look = look
        self._token = secrets.token_bytes(16)
        self._timer: asyncio.TimerHandle | None = None
        self._extending: asyncio.Task[None] | None = None

    async def awaited(self) -> V | None:
        """The answer that another process got; None when it is ours to ask, or the tier cannot tell."""
        pause = FIRST_LOOK
        while taken := await self._availability.ask(self._taken, instead=None):
            await asyncio.sleep(pause)
            found = await self._look()
            if found is not None:
                return found
            pause = min(1.5 * pause, MOST_BETWEEN_LOOKS)
        if taken is False:
            self._extend_later()
        return None

    async def release(self) -> None:
        """Let another one ask, if it was ours."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            await self._run(RELEASE)

    async def _taken(self) -> bool:
        """Whether somebody else has it; else it is ours from now on."""
        return not await self._client.set(self._name, self._token, nx=True, px=int(1000 * LIFE))

    def _extend_later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(EXTENDED, self._extend)

    def _extend(self) -> None:
        self._extending = asyncio.get_running_loop().create_task(self._run(EXTEND))
        self._extend_later()

    async def _run(self, script: str) -> None:
        life = int(1000 * LIFE)
        await self._availability.ask(
            lambda: self._client.eval(script, 1, self._name, self._token, life), instead=None
        )
