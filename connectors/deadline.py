"""A bound for the whole of something that awaits many things, however often it is begun."""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import cached_property
from types import TracebackType
from typing import Self

import msgspec


class Deadlines:
    """Bounds of `seconds` each. One timer serves them all, as they end in the order in which they began.

    `late` makes the error that it is when the time is over. A timer for each, as asyncio.timeout has, takes a
    sixth of the time of a call.
    """

    def __init__(self, seconds: float, late: Callable[[], Exception] = TimeoutError) -> None:
        self._seconds = seconds
        self._late = late
        self._begun: deque[Deadline] = deque()
        self._timer: asyncio.TimerHandle | None = None

    @cached_property
    def _loop(self) -> asyncio.AbstractEventLoop:
        """The loop of all of them: to ask for it takes a system call on Python 3.11."""
        return asyncio.get_running_loop()

    def begin(self) -> "Deadline":
        """A bound that begins now, for the task that asks."""
        while self._begun and self._begun[0].task is None:
            self._begun.popleft()
        task, ends = asyncio.current_task(self._loop), self._loop.time() + self._seconds
        deadline = Deadline(task, ends, self._late)
        self._begun.append(deadline)
        if self._timer is None:
            self._timer = self._loop.call_at(deadline.ends, self._end)
        return deadline

    def _end(self) -> None:
        """End those whose time is over, and look again when the next one's may be."""
        self._timer = None
        now = self._loop.time()
        while self._begun and (self._begun[0].task is None or self._begun[0].ends <= now):
            self._begun.popleft().expire()
        if self._begun:
            self._timer = self._loop.call_at(self._begun[0].ends, self._end)


class Deadline(msgspec.Struct, eq=False):
    """Cancels what its `task` does within it when it `ends`, on the event loop's clock: that is `late`.

    Once what was bounded has come to its end, it has no task.
    """

    task: asyncio.Task[object] | None
    ends: float
    late: Callable[[], Exception] = TimeoutError
    expired: bool = False
    _cancelling: int = 0

    def __repr__(self) -> str:
        return "<Deadline>"

    def expire(self) -> None:
        """The time is over. Said again, it is not over twice."""
        if self.task is not None and not self.expired:
            self.expired = True
            self.task.cancel()

    def __enter__(self) -> Self:
        assert self.task is not None
        self._cancelling = self.task.cancelling()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        task, self.task = self.task, None  # whose cancellation has the frame that has this
        if (
            self.expired
            and task is not None
            and task.uncancel() <= self._cancelling
            and kind is asyncio.CancelledError
        ):
            raise self.late() from None
