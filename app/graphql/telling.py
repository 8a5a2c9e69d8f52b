"""How values are told whose fields may have to wait."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, TypeAlias

from app.graphql.leaves import Leaf, Shown, check_list, record_leaf
from app.graphql.plan import Run, Tell, Unplanned, Waiting
from resolvers.context import Context, Path
from resolvers.join import Arrival, Join

Put: TypeAlias = Callable[[Any, dict[str, Any], Path | None, Run, Waiting], None]
"""Put one field of a record into its answer, now or later."""


def fields(parts: Sequence[Shown | Put]) -> Tell:
    """Tell a record by its fields, in this order. Leaves that follow each other are told together."""
    rows: list[tuple[bool, Any]] = []
    for are_leaves, group in groupby(parts, lambda part: isinstance(part, Shown)):
        together: list[Any] = [*group]
        rows += [(True, record_leaf(together).tell)] if are_leaves else [(False, put) for put in together]

    def tell(record: Any, path: Path | None, run: Run, waiting: Waiting) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        for are_leaves, row in rows:
            if are_leaves:
                answer.update(row(record))
            else:
                row(record, answer, path, run, waiting)
        return answer

    return tell


def shown(name: str, attribute: str, tell: Tell) -> Put:
    """A field that shows what the record has as `attribute`."""

    def put(record: Any, answer: dict[str, Any], path: Path | None, run: Run, waiting: Waiting) -> None:
        answer[name] = tell(getattr(record, attribute), (path, name), run, waiting)

    return put


def joined(
    name: str,
    join: Join,
    tell: Tell,
    *,
    arguments: Any,
    asked: Callable[[Run], Any] | None,
    begin: Callable[[Any, Any, Context, Path], None] | None,
) -> Put:
    """A field that shows what a join answers to the arguments: always these, or as `asked` in each execution.

    `begin` lets begin what can while the answer is awaited.
    """

    def put(record: Any, answer: dict[str, Any], path: Path | None, run: Run, waiting: Waiting) -> None:
        here = (path, name)
        given = arguments if asked is None else asked(run)
        value = join.answer(record, given, run.context, here)
        if type(value) is not Arrival:
            answer[name] = tell(value, here, run, waiting)
            return
        answer[name] = None  # keeps its place
        waiting.append((value, answer, name, tell, here, run))
        if begin is not None:
            begin(record, given, run.context, here)

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
        check_list(value)
        return [tell(item, (path, place), run, waiting) for place, item in enumerate(value)]

    return told


def without_fields(leaf: Leaf) -> Tell:
    """A leaf where anything may stand."""

    def told(value: Any, path: Path | None, run: Run, waiting: Waiting) -> Any:
        if value is not None:
            return leaf.tell(value)
        if leaf.nullable:
            return None
        raise Unplanned

    return told
