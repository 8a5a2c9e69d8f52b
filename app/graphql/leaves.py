"""How values are told in which nothing has to wait: scalars, enums, and records that show what they have."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, NamedTuple

from graphql import GraphQLLeafType, Undefined, is_enum_type

from app.graphql.plan import Unplanned

PLAIN = {"String": str, "ID": str, "Boolean": bool}
"""Scalars whose values go out as they are when they are of this very type."""


class Leaf(NamedTuple):
    """How a value that is there is told: as it is when it is of the very type `plain`, else by `tell`."""

    tell: Callable[[Any], Any]
    plain: type | None = None
    nullable: bool = True


class Shown(NamedTuple):
    """A field that shows, as a leaf, what its record has under `get`."""

    name: str
    get: Callable[[Any], Any]
    leaf: Leaf


def leaf_of(kind: GraphQLLeafType) -> Leaf:
    """A scalar or an enum."""
    coerce = kind.coerce_output_value

    def coerced(value: Any) -> Any:
        if value is Undefined or isinstance(value, Exception):
            raise Unplanned  # a scalar that takes anything would tell it
        told = coerce(value)
        if told is None or told is Undefined:
            raise Unplanned
        return told

    tell = _by_identity(coerced) if is_enum_type(kind) else coerced
    return Leaf(tell, PLAIN.get(kind.name))


def _by_identity(tell: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Members of enums are told apart by identity: their hash is worked out by a function of Python's."""
    names: dict[int, Any] = {}

    def told(value: Any) -> Any:
        name = names.get(id(value))
        if name is None:
            name = tell(value)
            if isinstance(value, Enum):  # whose members live for as long as the process
                names[id(value)] = name
        return name

    return told


def required_leaf(leaf: Leaf) -> Leaf:
    """The same, which must be there."""
    return leaf._replace(nullable=False)


def leaf_items(leaf: Leaf) -> Leaf:
    """Each of a list or tuple by `leaf`."""
    tell, plain = whole(leaf), leaf.plain

    def told(value: Any) -> Any:
        check_list(value)
        return [item if type(item) is plain else tell(item) for item in value]

    return Leaf(told)


def record_leaf(shown: Sequence[Shown]) -> Leaf:
    """A record by its fields, in this order."""
    rows = [(name, get, *leaf) for name, get, leaf in shown]

    def told(record: Any) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        for name, get, tell, plain, nullable in rows:  # a comprehension is a call
            value = get(record)
            if type(value) is plain:
                answer[name] = value
            elif value is not None:
                answer[name] = tell(value)
            elif nullable:
                answer[name] = None
            else:
                raise Unplanned
        return answer

    return Leaf(told)


def whole(leaf: Leaf) -> Callable[[Any], Any]:
    """How any value is told, be it there or not."""
    tell, plain, nullable = leaf

    def told(value: Any) -> Any:
        if type(value) is plain:
            return value
        if value is not None:
            return tell(value)
        if not nullable:
            raise Unplanned
        return None

    return told


def check_list(value: Any) -> None:
    """Raise Unplanned for what is no list."""
    if not isinstance(value, list | tuple):
        raise Unplanned
