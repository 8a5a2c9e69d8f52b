"""Whether the shared tier answers: it may cost a moment once, and then nothing until it answers again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from connectors.ending import ended

V = TypeVar("V")

DEADLINE = 0.02
"""Seconds that anybody waits for the tier, unless the operator allows others."""

BEHIND = 1.0
"""Seconds that are waited for it where nobody waits: in the background."""

LOOKS = 5
"""How often one looks for an answer within a deadline, if each look is in time; four late ones are one."""

FIRST_PROBE, MOST_BETWEEN_PROBES = 0.1, 1.0
"""Seconds from a failure to the next question whether it answers, doubled up to the second number."""


class Availability:
    """Asks the tier within a deadline in seconds, and not at all while it does not answer.

    `failures` counts how often it stopped answering. `refusing`: it did not want what it was told last.
    """

    def __init__(self, client: Redis, deadline: float = DEADLINE) -> None:
        self.failures = 0
        self.refusing = False
        self._client = client
        self._deadline = deadline
        self._probing: asyncio.Task[None] | None = None

    @property
    def up(self) -> bool:
        """Whether it answered when it was asked last."""
        return self._probing is None

    async def ask(self, work: Callable[[], Awaitable[V]], instead: V, *, within: float | None = None) -> V:
        """What the work gives; `instead` when the tier is down, slow, or does not want to do this."""
        if not self.up:
            return instead
        try:
            return await in_time(work(), within or self._deadline)
        except ResponseError:  # it answers, and is full, say
            return instead
        except Exception:  # noqa: BLE001  # whatever ails it costs hits, never answers
            self.fell()
            return instead

    async def tell(self, work: Callable[[], Awaitable[object]]) -> None:
        """Do this work where nobody waits for it: also while the tier seems to be down, if it can be done."""
        try:
            await in_time(work(), BEHIND)
        except ResponseError:
            self.refusing = True
        except Exception:  # noqa: BLE001  # whatever ails it
            self.fell()
        else:
            self.refusing = False

    async def aclose(self) -> None:
        """Ask no more."""
        await ended(self._probing)

    def fell(self) -> None:
        """It does not answer: it is not asked again until it does."""
        if self.up:
            self.failures += 1
            self._probing = asyncio.get_running_loop().create_task(self._probed())

    async def _probed(self) -> None:
        pause = FIRST_PROBE
        while True:
            await asyncio.sleep(pause)
            try:
                await in_time(self._client.ping(), BEHIND)
            except Exception:  # noqa: BLE001  # not yet
                pause = min(2 * pause, MOST_BETWEEN_PROBES)
            else:
                self._probing = None
                return


async def in_time(work: Awaitable[V], seconds: float) -> V:
    """What the work gives within so many seconds; raises TimeoutError when they are over.

    A busy event loop reads answers late, which is not their fault: while it looks late, time counts less.
    """
    task, left, pause = asyncio.ensure_future(work), seconds, seconds / LOOKS
    now = asyncio.get_running_loop().time
    try:
        while left > 0:
            began = now()
            await asyncio.wait({task}, timeout=min(left, pause))
            if task.done():
                return task.result()
            took = now() - began
            left -= took if took < 2 * pause else pause / 4
        raise TimeoutError
    finally:
        await ended(task)
