"""What a joined field is: its reads, and what follows from them.

A join is a declared value, so that everything else derives from it: how it is resolved, warm or cold, what
may be started beside its parent, how many upstream calls it can cost.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeAlias

from connectors.cache import Fetch
from connectors.errors import UpstreamError
from resolvers.absent import Absent
from resolvers.context import NOT_CONFIGURED, Context, Path

Steps: TypeAlias = Generator[asyncio.Future[Any], Any, Any]


@dataclass(frozen=True, slots=True)
class Read:
    """A source and the key to ask it for.

    `key(record, arguments, *earlier)` gives a key, a tuple of keys (asked side by side, answered by a list),
    None (there is nothing to ask) or Absent. How many answers of earlier reads it takes is read off its
    signature: a read waits for those only. With `inherits` the key follows from a record that the access rule
    has let through, so that the answer belongs to the same patient.

    The field can do without an `optional` read: where there is no answer, `then` and later keys are given
    Absent with the reason's code, and a failure is reported without failing the field.
    """

    fetch: Fetch[Any, Any, Any]
    key: Callable[..., Any]
    needs: int
    inherits: bool
    optional: bool

    def start(
        self, record: Any, arguments: Any, earlier: list[Any], context: Context, path: Path, *, place: int
    ) -> Any:
        """The answer or a future of it; for several keys a list of such. `place`: which read it is."""
        key = self.key(record, arguments, *earlier)
        if key is None:
            return None
        if not isinstance(key, Absent) and not context.connected(self.fetch):
            key = Absent(NOT_CONFIGURED)
        if isinstance(key, Absent):
            return key if self.optional else _told(key, context, path)
        if isinstance(key, tuple):
            return [self._ask(one, context, path, place) for one in key]
        return self._ask(key, context, path, place)

    def seen(self, answer: Any, context: Context, path: Path) -> Any:
        """What may be shown of an answer that has come."""
        return context.seen(answer, path, self.fetch, inherits=self.inherits)

    def _ask(self, key: object, context: Context, path: Path, place: int) -> Any:
        answer = context.read(self.fetch, key, path, place=place, needs=self.needs)
        return answer if isinstance(answer, asyncio.Future) else self.seen(answer, context, path)


def read(
    fetch: Fetch[Any, Any, Any], key: Callable[..., Any], *, inherits: bool = False, optional: bool = False
) -> Read:
    """One read of a join."""
    needs = len(inspect.signature(key).parameters) - 2
    return Read(fetch, key, needs=needs, inherits=inherits, optional=optional)


def own_id(record: Any, arguments: Any) -> Any:
    """The key of a read that asks for the parent's own id: known as soon as the parent's is."""
    return record.id


class Join:
    """A field answered by reads: `then(record, arguments, *answers)` is pure, and gives a value or Absent."""

    def __init__(self, reads: tuple[Read, ...], then: Callable[..., Any]) -> None:
        self.reads = reads
        self.then = then
        self._startable = tuple(
            tuple((place, one) for place, one in enumerate(reads) if one.needs == known)
            for known in range(len(reads))
        )
        """By how many answers are known: the reads that could not begin earlier, with their places."""

    def answer(self, record: Any, arguments: Any, context: Context, path: Path) -> Any:
        """The field's value, at once when every read is remembered, else its Arrival."""
        steps = self._steps(record, arguments, context, path)
        try:
            pending = next(steps)
        except StopIteration as done:
            return done.value
        return Arrival(steps, pending)

    def _steps(self, record: Any, arguments: Any, context: Context, path: Path) -> Steps:
        """Give each future that must be waited for, be sent its answer, and return the field's value."""
        answers: list[Any] = [None] * len(self.reads)
        for known, startable in enumerate(self._startable):
            for place, one in startable:
                answers[place] = one.start(record, arguments, answers[:known], context, path, place=place)
            answer = answers[known]
            if isinstance(answer, asyncio.Future):
                answers[known] = yield from _one(self.reads[known], answer, context, path)
            elif isinstance(answer, list):
                answers[known] = yield from _several(self.reads[known], answer, context, path)
        value = self._concluded(record, arguments, answers, context)
        return _told(value, context, path) if isinstance(value, Absent) else value

    def _concluded(self, record: Any, arguments: Any, answers: list[Any], context: Context) -> Any:
        return self.then(record, arguments, *answers)


class JoinInContext(Join):
    """A join whose conclusion needs the operation's context: `then(context, record, arguments, *answers)`."""

    def _concluded(self, record: Any, arguments: Any, answers: list[Any], context: Context) -> Any:
        return self.then(context, record, arguments, *answers)


def _told(absent: Absent, context: Context, path: Path) -> None:
    context.notice(path, absent.code)


def _one(reading: Read, pending: asyncio.Future[Any], context: Context, path: Path) -> Steps:
    try:
        return reading.seen((yield pending), context, path)
    except UpstreamError as error:
        if not reading.optional:
            raise
        context.lost(path, error)
        return Absent(error.code)


def _several(reading: Read, answers: list[Any], context: Context, path: Path) -> Steps:
    """The answers to several keys. One that failed is reported, and None; unless none came, or Absent."""
    failures: list[UpstreamError] = []
    for place, answer in enumerate(answers):
        if isinstance(answer, asyncio.Future):
            try:
                answers[place] = reading.seen((yield answer), context, path)
            except UpstreamError as error:
                failures.append(error)
                answers[place] = Absent(error.code) if reading.optional else None
    if len(failures) == len(answers) and failures and not reading.optional:
        raise failures[0]
    for failure in failures:
        context.lost(path, failure)
    return answers


class FromContext(Join):
    """A field that follows from its record and the operation's context, without a read."""

    def __init__(self, tell: Callable[[Any, Context], Any]) -> None:
        super().__init__((), lambda record, _: record)
        self._tell = tell

    def answer(self, record: Any, arguments: Any, context: Context, path: Path) -> Any:
        """The field's value, always at once."""
        return self._tell(record, context)


class Arrival(Awaitable[Any]):
    """A field that waits for `pending`; once that is None, its value is there. To drop it does no harm."""

    __slots__ = ("_steps", "pending", "value")

    def __init__(self, steps: Steps, pending: asyncio.Future[Any]) -> None:
        self._steps = steps
        self.pending: asyncio.Future[Any] | None = pending
        self.value: Any = None

    def go_on(self) -> None:
        """Take in what was waited for, which must be done. Raises the field's failure."""
        assert self.pending is not None
        pending, self.pending = self.pending, None
        error = pending.exception()
        try:
            if error is None:
                self.pending = self._steps.send(pending.result())
            elif isinstance(error, UpstreamError):
                self.pending = self._steps.throw(error)
            else:
                raise error
        except StopIteration as done:
            self.value = done.value

    def __await__(self) -> Generator[Any, Any, Any]:
        """Wait for each future in turn, and give the value."""
        while self.pending is not None:
            # Not for the future itself: another field of this operation may wait for it, and go on.
            yield from asyncio.wait({self.pending}).__await__()
            self.go_on()
        return self.value


def join(*reads: Read, then: Callable[..., Any]) -> Join:
    """Declare a join."""
    return Join(reads, then)


def join_in_context(*reads: Read, then: Callable[..., Any]) -> Join:
    """Declare a join whose conclusion is given the operation's context first."""
    return JoinInContext(reads, then)
