"""Which operations begin at once, and which let those go first that have begun."""

import asyncio
from collections import deque
from time import perf_counter

MANY = 64
"""Operations under way that keep the processor busy, with most of them waiting for an upstream."""

TOGETHER = 16
"""That begin in one tick: what several do alike goes faster one after the other."""

IDLE = 0.000_1
"""Seconds: a tick that took less had nothing to do."""


class Admission:
    """Lets operations begin in the order in which they came.

    While `many` are under way and the event loop has no idle tick, others wait: were all to begin, each
    would be answered later, and none sooner. Where the loop idles, as behind a slow upstream, more begin.
    """

    def __init__(self, many: int = MANY, together: int = TOGETHER) -> None:
        self._many = many
        self._together = together
        self._under_way = 0
        self._line: deque[asyncio.Future[None]] = deque()
        self._looked = 0.0
        self._looking = False

    def begin(self) -> bool:
        """Begin, if that may be now. Whoever has begun must `end`; whoever may not can `wait`."""
        if self._line or self._under_way >= self._many:
            return False
        self._under_way += 1
        return True

    async def wait(self) -> float:
        """Begin when it is time; gives the seconds that it took. Cancelled, it has not begun."""
        loop, asked = asyncio.get_running_loop(), perf_counter()
        turn: asyncio.Future[None] = loop.create_future()
        self._line.append(turn)
        if not self._looking:
            self._looking = True
            loop.call_soon(self._look, loop)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it had begun
                self.end()
            raise
        return perf_counter() - asked

    def end(self) -> None:
        """Make room: when there is enough of it, for the first that wait."""
        self._under_way -= 1
        room = self._many - self._under_way
        if room >= self._together:
            self._admit(room)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Once in each tick, for as long as anybody waits."""
        looked, self._looked = self._looked, perf_counter()
        if self._looked - looked < IDLE:
            self._admit(self._together)
        self._looking = bool(self._line)
        if self._looking:
            loop.call_soon(self._look, loop)

    def _admit(self, room: int) -> None:
        while room and self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                self._under_way += 1
                room -= 1
