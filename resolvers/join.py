"""What a joined field is: its reads, and what follows from them.

A join is a declared value, so that everything else derives from it: how it is resolved, warm or cold, what
may be started beside its parent, how many upstream calls it can cost.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from connectors.cache import Fetch
from resolvers.context import Context, Path

UNREAD: Final = object()

Steps: TypeAlias = Generator[asyncio.Future[Any], Any, Any]


@dataclass(frozen=True, slots=True)
class Absent:
    """What a key function gives instead of a key when there is nothing to ask, with the notice's code."""

    code: str


@dataclass(frozen=True, slots=True)
class Read:
    """A source and the key to ask it for.

    `key(record, arguments, *earlier)` gives a key, None (there is nothing to ask) or Absent. How many answers
    of earlier reads it takes is read off its signature: a read waits for those only.
    """

    fetch: Fetch[Any, Any, Any]
    key: Callable[..., Any]
    needs: int

    def start(self, record: Any, arguments: Any, earlier: list[Any], context: Context, path: Path) -> Any:
        """The answer, or a future of it."""
        key = self.key(record, arguments, *earlier)
        if key is None:
            return None
        if isinstance(key, Absent):
            context.notice(path, key.code)
            return None
        answer = context.read(self.fetch, key, path)
        return answer if isinstance(answer, asyncio.Future) else context.seen(answer, path, self.fetch)


def read(fetch: Fetch[Any, Any, Any], key: Callable[..., Any]) -> Read:
    """One read of a join."""
    return Read(fetch, key, needs=len(inspect.signature(key).parameters) - 2)


def own_id(record: Any, arguments: Any) -> Any:
    """The key of a read that asks for the parent's own id: known as soon as the parent's is."""
    return record.id


class Join:
    """A field answered by reads: `then(record, arguments, *answers)` is pure."""

    def __init__(self, reads: tuple[Read, ...], then: Callable[..., Any]) -> None:
        self.reads = reads
        self.then = then

    def answer(self, record: Any, arguments: Any, context: Context, path: Path) -> Any | Awaitable[Any]:
        """The field's value, at once when every read is remembered, else an awaitable of it."""
        steps = self._steps(record, arguments, context, path)
        try:
            pending = next(steps)
        except StopIteration as done:
            return done.value
        return _arrive(steps, pending)

    def _steps(self, record: Any, arguments: Any, context: Context, path: Path) -> Steps:
        """Give each future that must be waited for, be sent its answer, and return the field's value."""
        answers: list[Any] = [UNREAD] * len(self.reads)
        for known in range(len(answers)):
            for place, one in enumerate(self.reads):
                if answers[place] is UNREAD and one.needs <= known:
                    answers[place] = one.start(record, arguments, answers[: one.needs], context, path)
            if isinstance(answers[known], asyncio.Future):
                answer = yield answers[known]
                answers[known] = context.seen(answer, path, self.reads[known].fetch)
        return self.then(record, arguments, *answers)


async def _arrive(steps: Steps, pending: asyncio.Future[Any]) -> Any:
    while True:
        # Shielded: another field of this operation may wait for the same future.
        answer = await asyncio.shield(pending)
        try:
            pending = steps.send(answer)
        except StopIteration as done:
            return done.value


def join(*reads: Read, then: Callable[..., Any]) -> Join:
    """Declare a join."""
    return Join(reads, then)
