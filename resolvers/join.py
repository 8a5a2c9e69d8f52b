"""What a joined field is: its reads, and what follows from them.

A join is a declared value, so that everything else derives from it: how it is resolved, warm or cold, what
may be started beside its parent, how many upstream calls it can cost.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any, TypeAlias

from resolvers.absent import Absent
from resolvers.context import Context, Path
from resolvers.read import Read

Course: TypeAlias = Generator[asyncio.Future[Any], None, Any]
"""How a field is answered: each future that must be done before it goes on, and at its end the value."""


class Join:
    """A field answered by reads: `then(record, arguments, *answers)` is pure, and gives a value or Absent.

    With `in_context` it is given the operation's context first.
    """

    def __init__(
        self, reads: tuple[Read, ...], then: Callable[..., Any], *, in_context: bool = False
    ) -> None:
        self.reads = reads
        self._then = then
        self._in_context = in_context
        self._turns = tuple(
            (tuple((place, one) for place, one in enumerate(reads) if one.needs == turn), reads[turn])
            for turn in range(len(reads))
        )
        """For each read: those that cannot begin before its turn, with their places; and itself."""

    def answer(self, record: Any, arguments: Any, context: Context, path: Path) -> Any:
        """The field's value, at once when every read is remembered, else its Arrival."""
        course = self._course(record, arguments, context, path)
        try:
            pending = next(course)
        except StopIteration as end:
            return end.value
        return Arrival(course, pending)

    def _course(self, record: Any, arguments: Any, context: Context, path: Path) -> Course:
        known = [record, arguments]
        begun: list[Any] = [None] * len(self.reads)
        for turn, (startable, reading) in enumerate(self._turns):
            for place, one in startable:
                begun[place] = one.start(known, context, path, place)
            answer = begun[turn]
            if isinstance(answer, asyncio.Future):
                yield answer
                (answer,) = reading.whole([reading.arrived(answer, context, path)], context, path)
            elif isinstance(answer, list):
                for number, part in enumerate(answer):
                    if isinstance(part, asyncio.Future):
                        yield part
                        answer[number] = reading.arrived(part, context, path)
                answer = reading.whole(answer, context, path)
            known.append(answer)
        value = self._then(context, *known) if self._in_context else self._then(*known)
        if not isinstance(value, Absent):
            return value
        context.notice(path, value.code)
        return None


class Arrival(Awaitable[Any]):
    """A field that waits for `pending`; once that is None, its value is there. To drop it does no harm."""

    __slots__ = ("_course", "pending", "value")

    def __init__(self, course: Course, pending: asyncio.Future[Any]) -> None:
        self._course = course
        self.pending: asyncio.Future[Any] | None = pending
        self.value: Any = None

    def go_on(self) -> None:
        """Take in what was waited for, which must be done. Raises the field's failure."""
        try:
            self.pending = next(self._course)
        except StopIteration as end:
            self.pending, self.value = None, end.value

    def __await__(self) -> Generator[Any, Any, Any]:
        """Wait for each future in turn, and give the value."""
        while self.pending is not None:
            # Not for the future itself: another field of this operation may wait for it, and go on.
            yield from asyncio.wait({self.pending}).__await__()
            self.go_on()
        return self.value


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
    return Join(reads, then, in_context=True)
