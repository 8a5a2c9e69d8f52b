"""A query's answer, planned once: which value of which record goes where.

A plan knows no errors. Whatever does not go well, be it a failed read, a null that must not be or a value of
an odd type, ends it with an exception, and the reference execution answers instead: it finds what was read
pinned, so that nothing is asked twice, and tells errors as the specification has them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from graphql.execution.values import VariableValues

from resolvers.context import Context, Path
from resolvers.join import Arrival


class Unplanned(Exception):  # no error of anybody's
    """Something that the reference execution must answer."""


class Run(NamedTuple):
    """One execution: its context, its variables, and the arguments of fields as far as they were read."""

    context: Context
    variables: VariableValues
    asked: dict[int, Any]


Pending: TypeAlias = tuple[Arrival, dict[str, Any], str, "Tell", Path, Run]
"""What a field waits for, the answer that it belongs in, its name there, and how and where it is told."""

Waiting: TypeAlias = list[Pending]
Tell: TypeAlias = Callable[[Any, Path | None, Run, Waiting], Any]
"""From a value to what the answer says of it. Fields in it that must wait are added to the list."""


class Plan:
    """A planned query. `tell` tells the root."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def execute(
        self, context: Context, variables: VariableValues
    ) -> dict[str, Any] | Awaitable[dict[str, Any]]:
        """The data, or an awaitable of them. Raises an error of any kind when they cannot be whole."""
        waiting: Waiting = []
        data: dict[str, Any] = self._tell(None, None, Run(context, variables, {}), waiting)
        return Landing(data, waiting) if waiting else data


class Landing(Awaitable[dict[str, Any]]):
    """An answer some of whose fields must wait: each is told when what it waits for has come.

    By callbacks: a task for each would take longer than to tell it. To drop it unawaited does no harm.
    """

    __slots__ = ("_data", "_landed", "_left", "_waiting")

    def __init__(self, data: dict[str, Any], waiting: Waiting) -> None:
        self._data = data
        self._waiting = waiting
        self._left = 0

    def __await__(self) -> Generator[Any, None, dict[str, Any]]:
        """Wait for all of them. Raises Unplanned as soon as one fails."""
        self._landed: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._await(self._waiting)
        if not (yield from self._landed):
            raise Unplanned
        return self._data

    def _await(self, waiting: Waiting) -> None:
        self._left += len(waiting)
        for pending in waiting:
            arrival, *_ = pending
            assert arrival.pending is not None
            arrival.pending.add_done_callback(partial(self._come, pending))

    def _come(self, pending: Pending, _: asyncio.Future[Any]) -> None:
        if self._landed.done():  # one failed, or nobody waits any more
            return
        arrival, answer, name, tell, path, run = pending
        waiting: Waiting = []
        try:
            arrival.go_on()
            if arrival.pending is not None:
                waiting.append(pending)
            else:
                answer[name] = tell(arrival.value, path, run, waiting)
        except asyncio.CancelledError:
            self._landed.cancel()
        except Exception:  # noqa: BLE001  # whatever it is, the reference execution meets it too
            self._landed.set_result(False)
        else:
            self._left -= 1
            if waiting:
                self._await(waiting)
            elif not self._left:
                self._landed.set_result(True)
