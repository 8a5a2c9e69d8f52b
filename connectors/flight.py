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
    before that, the `work` that was to give it is cancelled.
    """

    _loop: asyncio.AbstractEventLoop
    joinable: bool = False
    _waiting: set[asyncio.Future[V]] = msgspec.field(default_factory=set)
    work: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    @property
    def wanted(self) -> bool:
        """Whether anybody waits who has not left in this very tick."""
        return not all(map(asyncio.Future.done, self._waiting))

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
        self.work = self._loop.create_task(self._carry(work))
        return self.work

    def land(self, answer: V) -> None:
        """Give everyone who waits the answer."""
        self.end()
        for future in self._waiting:
            if not future.done():
                future.set_result(answer)

    def crash(self, error: Exception) -> None:
        """Tell everyone who waits why there is no answer."""
        if isinstance(error, UpstreamError | InvalidKey):  # of others the log tells where they were raised
            bare(error)
        self.end()
        for future in self._waiting:
            if not future.done():
                future.set_exception(error)
                future.exception()  # seen: the event loop must not log it for one who no longer waits

    def end(self) -> None:
        """Let nobody leave any more: to be told so takes as long as the answer."""
        self.joinable = False
        self.work = None  # it leads back here: only the garbage collector would free both
        for future in self._waiting:
            future.remove_done_callback(self._leave)
        self.over()

    async def _carry(self, work: Callable[[], Awaitable[V]]) -> None:
        try:
            answer = await work()
        except asyncio.CancelledError:
            self.end()
            raise
        except Exception as error:  # noqa: BLE001  # those who wait are told, whatever it is, and they decide
            self.crash(error)
        else:
            self.land(answer)

    def _leave(self, future: asyncio.Future[V]) -> None:
        self._waiting.discard(future)
        if not self._waiting and self.joinable:
            if self.work is not None:
                self.work.cancel()
            self.end()
