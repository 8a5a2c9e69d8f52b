"""So many at once: what keeps one who asks for much from taking all the room."""

import asyncio
from collections import deque


class Bulkhead:
    """At most so many within it. Who enters must leave; whoever found no room goes first, in their order.

    As asyncio.Semaphore, of which each use takes several coroutines, room or none: that was a fiftieth of the
    time of a cold answer.
    """

    __slots__ = ("_line", "_room")

    def __init__(self, most: float) -> None:
        self._room = most
        self._line: deque[asyncio.Future[None]] | None = None  # few ever have one, and it takes 600 bytes

    def enter(self) -> bool:
        """Enter if there is room. Whoever is not let in can `wait`, which enters too."""
        if self._room < 1:
            return False
        self._room -= 1
        return True

    async def wait(self) -> None:
        """Enter when somebody leaves. Cancelled, it has not entered."""
        turn = asyncio.get_running_loop().create_future()
        line = self._line = deque() if self._line is None else self._line
        line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it had been let in
                self.leave()
            elif turn in line:
                line.remove(turn)
            raise

    def leave(self) -> None:
        """Make room: for the first of those who still wait, if anybody does."""
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._room += 1
