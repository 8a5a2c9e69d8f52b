"""A query's answer, planned once: which value of which record goes where.

A plan knows no errors. Whatever does not go well, be it a failed read, a null that must not be or a value of
an odd type, ends it with an exception, and the reference execution answers instead: it finds what was read
pinned, so that nothing is asked twice, and tells errors as the specification has them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from graphql import GraphQLLeafType, Undefined, is_enum_type
from graphql.execution.values import VariableValues
from graphql.pyutils import Path

from resolvers.context import Context
from resolvers.join import Arrival, Join

MOST_MEMBERS = 100
PLAIN = {"String": str, "ID": str, "Boolean": bool}
"""Scalars whose values go out as they are when they are of this very type."""


class Unplanned(Exception):  # no error of anybody's
    """Something that the reference execution must answer."""


class Run(NamedTuple):
    """One execution: its context, its variables, and the arguments of fields as far as they were read."""

    context: Context
    variables: VariableValues
    asked: dict[int, Any]


class Pending(NamedTuple):
    """A field of an answer that waits for its value, and how the value is told."""

    answer: dict[str, Any]
    name: str
    value: Arrival
    tell: "Tell"
    path: Path
    run: Run


Waiting: TypeAlias = list[Pending]
Tell: TypeAlias = Callable[[Any, Path | None, Run, Waiting], Any]
"""From a value to what the answer says of it. Fields in it that must wait are added to the list."""

Leaf: TypeAlias = Callable[[Any], Any]
"""The same of a value in which nothing can have to wait: without fields, or with such as show what it has."""

Put: TypeAlias = Callable[[Any, dict[str, Any], Path | None, Run, Waiting], None]
"""Put one field of a record into its answer, now or later."""


class Part(NamedTuple):
    """A field of an object: a leaf that the record has under `get`, or anything else, which `put` knows."""

    name: str
    get: Callable[[Any], Any] | None
    leaf: Leaf | None
    put: Put | None


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
            self._watch(pending)

    def _watch(self, pending: Pending) -> None:
        assert pending.value.pending is not None
        pending.value.pending.add_done_callback(lambda _: self._come(pending))

    def _come(self, pending: Pending) -> None:
        if self._landed.done():  # one failed, or nobody waits any more
            return
        try:
            pending.value.go_on()
            if pending.value.pending is not None:
                self._watch(pending)
            else:
                self._land(pending)
        except asyncio.CancelledError:
            self._landed.cancel()
        except Exception:  # noqa: BLE001  # whatever it is, the reference execution meets it too
            self._landed.set_result(False)

    def _land(self, pending: Pending) -> None:
        waiting: Waiting = []
        pending.answer[pending.name] = pending.tell(pending.value.value, pending.path, pending.run, waiting)
        self._await(waiting)
        self._left -= 1
        if not self._left:
            self._landed.set_result(True)


def fields(parts: Sequence[Part]) -> Tell:
    """Tell a record by its fields, in this order."""

    def tell(record: Any, path: Path | None, run: Run, waiting: Waiting) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        for name, get, leaf, put in parts:
            if leaf is not None and get is not None:
                answer[name] = leaf(get(record))
            elif put is not None:
                put(record, answer, path, run, waiting)
        return answer

    return tell


def shown(name: str, kind: str, get: Callable[[Any], Any], tell: Tell) -> Put:
    """A field that shows what the record has under `get`."""

    def put(record: Any, answer: dict[str, Any], path: Path | None, run: Run, waiting: Waiting) -> None:
        answer[name] = tell(get(record), Path(path, name, kind), run, waiting)

    return put


def joined(
    name: str,
    kind: str,
    join: Join,
    tell: Tell,
    *,
    asked: Callable[[Run], Any],
    begin: Callable[[Any, Any, Context, Path], None] | None,
) -> Put:
    """A field that shows what a join answers to the arguments `asked`.

    `begin` lets begin what can while the answer is awaited.
    """

    def put(record: Any, answer: dict[str, Any], path: Path | None, run: Run, waiting: Waiting) -> None:
        here = Path(path, name, kind)
        arguments = asked(run)
        value = join.answer(record, arguments, run.context, here)
        if type(value) is not Arrival:
            answer[name] = tell(value, here, run, waiting)
            return
        answer[name] = None  # keeps its place
        waiting.append(Pending(answer, name, value, tell, here, run))
        if begin is not None:
            begin(record, arguments, run.context, here)

    return put


def nullable(tell: Tell) -> Tell:
    """Null as null, anything else by `tell`."""

    def told(value: Any, path: Path | None, run: Run, waiting: Waiting) -> Any:
        return None if value is None else tell(value, path, run, waiting)

    return told


def required(tell: Tell) -> Tell:
    """By `tell`, unless there is nothing to tell."""

    def told(value: Any, path: Path | None, run: Run, waiting: Waiting) -> Any:
        if value is None:
            raise Unplanned
        return tell(value, path, run, waiting)

    return told


def items(tell: Tell) -> Tell:
    """Each of a list or tuple by `tell`."""

    def told(value: Any, path: Path | None, run: Run, waiting: Waiting) -> list[Any]:
        _check_list(value)
        return [tell(item, Path(path, place, None), run, waiting) for place, item in enumerate(value)]

    return told


def without_fields(leaf: Leaf) -> Tell:
    """A leaf where anything may stand."""
    return lambda value, path, run, waiting: leaf(value)


def leaf_of(kind: GraphQLLeafType) -> Leaf:
    """A scalar or an enum, null as null."""
    plain = PLAIN.get(kind.name)
    coerce = kind.coerce_output_value
    if is_enum_type(kind):
        coerce = lru_cache(maxsize=MOST_MEMBERS)(coerce)

    def told(value: Any) -> Any:
        if value is None or type(value) is plain:
            return value
        if value is Undefined or isinstance(value, Exception):
            raise Unplanned  # a scalar that takes anything would tell it
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            raise Unplanned
        return coerced

    return told


def required_leaf(leaf: Leaf) -> Leaf:
    """By `leaf`, unless there is nothing to tell."""

    def told(value: Any) -> Any:
        if value is None:
            raise Unplanned
        return leaf(value)

    return told


def leaf_items(leaf: Leaf) -> Leaf:
    """Each of a list or tuple by `leaf`, null as null."""

    def told(value: Any) -> Any:
        if value is None:
            return None
        _check_list(value)
        return [leaf(item) for item in value]

    return told


def leaf_of_fields(parts: Sequence[Part]) -> Leaf | None:
    """A record by its fields, null as null, if all of them are leaves."""
    shown = [(part.name, part.get, part.leaf) for part in parts if part.get and part.leaf]
    if len(shown) < len(parts):
        return None

    def told(record: Any) -> dict[str, Any] | None:
        return None if record is None else {name: leaf(get(record)) for name, get, leaf in shown}

    return told


def _check_list(value: Any) -> None:
    if not isinstance(value, list | tuple):
        raise Unplanned
