"""One read of a joined field: a source, and the key to ask it for."""

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connectors.cache import Fetch
from connectors.errors import BadResponse, UpstreamError
from connectors.listing import records
from resolvers.absent import Absent
from resolvers.access import visible
from resolvers.context import NOT_CONFIGURED, Context, Path, steps


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

    def start(self, known: list[Any], context: Context, path: Path, place: int) -> Any:
        """The answer or a future of it; for several keys a list of such. `place`: which read it is.

        `known`: the record, the arguments, and as many earlier answers as the key takes.
        """
        key = self.key(*known)
        if key is None or isinstance(key, Absent) or self.fetch.connector not in context.pins.connectors:
            return self._unasked(key, context, path)
        keys = key if isinstance(key, tuple) else (key,)
        answers = []
        for one in keys:
            answer = context.pins.read(self.fetch, one)
            if context.explanation is not None:
                pin, where = (self.fetch, one), steps(path)
                context.explanation.begun(pin, answer, where, needs=self.needs)
                context.explanation.wanted(pin, where, place=place)
            if not isinstance(answer, asyncio.Future):
                answer = self._seen(answer, context, path)
            answers.append(answer)
        return answers if keys is key else answers[0]

    def arrived(self, done: asyncio.Future[Any], context: Context, path: Path) -> Any:
        """What may be shown of an answer that has come, or the upstream's failure. Raises any other."""
        error = done.exception()
        if error is None:
            return self._seen(done.result(), context, path)
        if isinstance(error, UpstreamError):
            return error
        raise error

    def whole(self, answers: list[Any], context: Context, path: Path) -> list[Any]:
        """All answers. An error among them is reported, and None in its place; of an `optional` read, Absent.

        Where all failed, the first of them is raised, unless the read is optional.
        """
        failures = []
        for place, one in enumerate(answers):
            if isinstance(one, UpstreamError):
                failures.append(one)
                answers[place] = Absent(one.code) if self.optional else None
        if failures and len(failures) == len(answers) and not self.optional:
            raise failures[0]
        for failure in failures:
            context.lost(path, failure)
        return answers

    def _seen(self, answer: Any, context: Context, path: Path) -> Any:
        """What may be shown of an answer that has come. What it lacks is reported."""
        if context.principal.patients is not None:
            seen = answer if self.inherits else visible(context.principal, answer)
            context.shown.update(record.source for record in records(seen))
            if not self.inherits:
                return seen  # what it lacks may be what they must not know of
        if getattr(answer, "bad_entries", 0) > 0:
            context.lost(path, BadResponse(self.fetch.connector.system))
        return answer

    def _unasked(self, key: object, context: Context, path: Path) -> Absent | None:
        """What stands in place of an answer where there is nothing to ask, or nobody."""
        if key is None:
            return None
        absent = key if isinstance(key, Absent) else Absent(NOT_CONFIGURED)
        if self.optional:
            return absent
        context.notice(path, absent.code)
        return None


def read(
    fetch: Fetch[Any, Any, Any], key: Callable[..., Any], *, inherits: bool = False, optional: bool = False
) -> Read:
    """One read of a join."""
    needs = len(inspect.signature(key).parameters) - 2
    return Read(fetch, key, needs=needs, inherits=inherits, optional=optional)


def own_id(record: Any, arguments: Any) -> Any:
    """The key of a read that asks for the parent's own id: known as soon as the parent's is."""
    return record.id
