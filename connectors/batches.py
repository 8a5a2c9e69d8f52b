"""Things that are done together: all that came while one batch was under way is the next."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice
from typing import Generic, TypeVar

from connectors.ending import ended

T = TypeVar("T")


class Batches(Generic[T]):
    """Does batches one after the other and in order, with `do`, which does not raise.

    `at_once`: the most in a batch. `waiting`: the most that wait; beyond it the oldest is given up.
    """

    def __init__(
        self,
        do: Callable[[Sequence[T]], Awaitable[None]],
        *,
        at_once: int | None = None,
        waiting: int | None = None,
    ) -> None:
        self._do = do
        self._at_once = at_once
        self._waiting: deque[T] = deque(maxlen=waiting)
        self._doing: asyncio.Task[None] | None = None

    def add(self, one: T) -> None:
        """Have this done with the next batch: that of this tick, unless one is under way."""
        self._waiting.append(one)
        if self._doing is None:
            self._doing = asyncio.get_running_loop().create_task(self._do_all())

    async def aclose(self, seconds: float = 0) -> None:
        """Do what waits, for so many seconds; then give it up."""
        if self._doing is not None:
            await asyncio.wait({self._doing}, timeout=seconds)
        await ended(self._doing)

    async def _do_all(self) -> None:
        try:
            while self._waiting:
                batch = list(islice(self._waiting, self._at_once))
                for _ in batch:
                    self._waiting.popleft()
                await self._do(batch)
        finally:
            self._doing = None
