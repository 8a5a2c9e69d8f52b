"""What a joined field is: its reads, and what follows from them.

A join is a declared value, so that everything else derives from it: how it is resolved, warm or cold, what
may be started beside its parent, how many upstream calls it can cost.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any

from connectors.errors import UpstreamError
from resolvers.absent import Absent
from resolvers.context import Context, Path
from resolvers.read import Read


class Join:
    """A field answered by reads: `then(record, arguments, *answers)` is pure, and gives a value or Absent."""

    def __init__(self, reads: tuple[Read, ...], then: Callable[..., Any]) -> None:
        self.reads = reads
        self.then = then
        self.startable = tuple(
            tuple((place, one) for place, one in enumerate(reads) if one.needs == known)
            for known in range(len(reads) + 1)
        )
        """By how many answers are known: the reads that could not begin earlier, with their places."""

    def answer(self, record: Any, arguments: Any, context: Context, path: Path) -> Any:
        """The field's value, at once when every read is remembered, else its Arrival."""
        arrival = Arrival(self, record, arguments, context, path)
        return arrival.value if arrival.pending is None else arrival

    def concluded(self, record: Any, arguments: Any, answers: list[Any], context: Context) -> Any:
        """What follows from the answers."""
        return self.then(record, arguments, *answers)


class JoinInContext(Join):
    """A join whose conclusion needs the operation's context: `then(context, record, arguments, *answers)`."""

    def concluded(self, record: Any, arguments: Any, answers: list[Any], context: Context) -> Any:
        """What follows from them there."""
        return self.then(context, record, arguments, *answers)


class Arrival(Awaitable[Any]):
    """A field that waits for `pending`; once that is None, its value is there. To drop it does no harm."""

    __slots__ = (
        "_answers",
        "_arguments",
        "_context",
        "_join",
        "_known",
        "_path",
        "_place",
        "_record",
        "pending",
        "value",
    )

    def __init__(self, join: Join, record: Any, arguments: Any, context: Context, path: Path) -> None:
        self._join = join
        self._record = record
        self._arguments = arguments
        self._context = context
        self._path = path
        self._answers: list[Any] = [None] * len(join.reads)
        self._known = 0
        self.pending: asyncio.Future[Any] | None = None
        self.value: Any = None
        self._start()
        self._proceed()

    def go_on(self) -> None:
        """Take in what was waited for, which must be done. Raises the field's failure."""
        assert self.pending is not None
        pending, self.pending = self.pending, None
        self._take(pending)
        self._proceed()

    def __await__(self) -> Generator[Any, Any, Any]:
        """Wait for each future in turn, and give the value."""
        while self.pending is not None:
            # Not for the future itself: another field of this operation may wait for it, and go on.
            yield from asyncio.wait({self.pending}).__await__()
            self.go_on()
        return self.value

    def _start(self) -> None:
        """Begin the reads that wait for no other answers than are known."""
        for place, one in self._join.startable[self._known]:
            self._answers[place] = one.start(
                self._record,
                self._arguments,
                self._answers[: self._known],
                self._context,
                self._path,
                place=place,
            )

    def _proceed(self) -> None:
        """Go on to the next answer that must be waited for, or to the value."""
        while self._known < len(self._answers):
            if self._waits():
                return
            self._known += 1
            self._start()
        value = self._join.concluded(self._record, self._arguments, self._answers, self._context)
        if isinstance(value, Absent):
            self._context.notice(self._path, value.code)
        else:
            self.value = value

    def _waits(self) -> bool:
        """Whether the next answer, or one of several, is yet to come."""
        answer = self._answers[self._known]
        if isinstance(answer, asyncio.Future):
            self.pending = answer
        elif isinstance(answer, list):
            for place, one in enumerate(answer):
                if isinstance(one, asyncio.Future):
                    self.pending, self._place = one, place
                    return True
            self._answers[self._known] = self._join.reads[self._known].whole(
                answer, self._context, self._path
            )
        return self.pending is not None

    def _take(self, done: asyncio.Future[Any]) -> None:
        reading, several = self._join.reads[self._known], self._answers[self._known]
        error = done.exception()
        if error is not None and not isinstance(error, UpstreamError):
            raise error
        answer = reading.seen(done.result(), self._context, self._path) if error is None else error
        if isinstance(several, list):
            several[self._place] = answer  # until all have come
        else:
            (self._answers[self._known],) = reading.whole([answer], self._context, self._path)


class FromContext(Join):
    """A field that follows from its record and the operation's context, without a read."""

    def __init__(self, tell: Callable[[Any, Context], Any]) -> None:
        super().__init__((), lambda record, _: record)
        self._tell = tell

    def answer(self, record: Any, arguments: Any, context: Context, path: Path) -> Any:
        """The field's value, always at once."""
        return self._tell(record, context)


def join(*reads: Read, then: Callable[..., Any]) -> Join:
    """Declare a join."""
    return Join(reads, then)


def join_in_context(*reads: Read, then: Callable[..., Any]) -> Join:
    """Declare a join whose conclusion is given the operation's context first."""
    return JoinInContext(reads, then)
