"""One question on its way, shared by everyone who waits for its answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from connectors.errors import InvalidKey, UpstreamError, bare

V = TypeVar("V")


class Flight(Generic[V]):
    """A shared wait. Each who joins has a future of their own, so that cancelling one disturbs nobody.

    When the last one leaves before the answer is there, the work that was to give it is cancelled. `over` is
    called once, when there is nothing to wait for any more.
    """

    __slots__ = ("_loop", "_over", "_waiting", "_work")

    def __init__(self, loop: asyncio.AbstractEventLoop, over: Callable[[], None] = lambda: None) -> None:
        self._loop = loop
        self._over: Callable[[], None] | None = over
        self._waiting: set[asyncio.Future[V]] = set()
        self._work: asyncio.Task[None] | None = None

    @property
    def joinable(self) -> bool:
        """Whether somebody still waits for the answer, so that it will come."""
        return bool(self._waiting) and self._over is not None

    def join(self) -> asyncio.Future[V]:
        """A future of the answer. Ending it earlier is leaving."""
        future: asyncio.Future[V] = self._loop.create_future()
        self._waiting.add(future)
        future.add_done_callback(self._leave)
        return future

    def depart(self, work: Callable[[], Awaitable[V]]) -> asyncio.Task[None]:
        """Let this work, begun at the next tick, give the answer or its failure."""
        self._work = self._loop.create_task(self._carry(work))
        return self._work

    def land(self, answer: V) -> None:
        """Give everyone who waits the answer."""
        for future in self._let_go():
            future.set_result(answer)

    async def _carry(self, work: Callable[[], Awaitable[V]]) -> None:
        try:
            answer = await work()
        except asyncio.CancelledError:
            self._end()
            raise
        except Exception as error:  # noqa: BLE001  # those who wait are told, whatever it is, and they decide
            self._crash(error)
        else:
            self.land(answer)

    def _crash(self, error: Exception) -> None:
        if isinstance(error, UpstreamError | InvalidKey):  # of others the log tells where they were raised
            bare(error)
        for future in self._let_go():
            future.set_exception(error)
            future.exception()  # seen: the event loop must not log it for one who no longer waits

    def _end(self) -> None:
        over, self._over = self._over, None
        self._work = None  # both lead back here: only the garbage collector would free them
        if over is not None:
            over()

    def _let_go(self) -> list[asyncio.Future[V]]:
        """Those who still wait. None of them leaves any more: to be told so takes as long as the answer."""
        self._end()
        still = [future for future in self._waiting if not future.done()]
        for future in still:
            future.remove_done_callback(self._leave)
        self._waiting.clear()
        return still

    def _leave(self, future: asyncio.Future[V]) -> None:
        self._waiting.discard(future)
        if not self._waiting and self._over is not None:
            if self._work is not None:
                self._work.cancel()
            self._end()
