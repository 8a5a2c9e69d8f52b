"""One question on its way, shared by everyone who waits for its answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import msgspec

from connectors.errors import InvalidKey, UpstreamError, bare

V = TypeVar("V")


class Flight(msgspec.Struct, Generic[V], eq=False):
    """A shared wait. Each who joins has a future of their own, so that cancelling one disturbs nobody.

    It is `joinable` while somebody waits for the answer, so that it will come. When the last one leaves
    before that, the work that was to give it is cancelled.
    """

    _loop: asyncio.AbstractEventLoop
    joinable: bool = False
    _waiting: set[asyncio.Future[V]] = msgspec.field(default_factory=set)
    _work: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def over(self) -> None:
        """There is nothing to wait for any more. May be told again."""

    def join(self) -> asyncio.Future[V]:
        """A future of the answer. Ending it earlier is leaving."""
        future: asyncio.Future[V] = self._loop.create_future()
        self._waiting.add(future)
        self.joinable = True
        future.add_done_callback(self._leave)
        return future

    def depart(self, work: Callable[[], Awaitable[V]]) -> asyncio.Task[None]:
        """Let this work, begun at the next tick, give the answer or its failure."""
        self._work = self._loop.create_task(self._carry(work))
        return self._work

    def land(self, answer: V) -> None:
        """Give everyone who waits the answer."""
        self._end()
        for future in self._waiting:
            if not future.done():
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
        self._end()
        for future in self._waiting:
            if not future.done():
                future.set_exception(error)
                future.exception()  # seen: the event loop must not log it for one who no longer waits

    def _end(self) -> None:
        """Nobody leaves any more: to be told so takes as long as the answer."""
        self.joinable = False
        self._work = (
            None  # it leads back here, as who leaves does: only the garbage collector would free them
        )
        for future in self._waiting:
            future.remove_done_callback(self._leave)
        self.over()

    def _leave(self, future: asyncio.Future[V]) -> None:
        self._waiting.discard(future)
        if not self._waiting and self.joinable:
            if self._work is not None:
                self._work.cancel()
            self._end()
