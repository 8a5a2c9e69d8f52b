"""How values are told in which nothing has to wait: scalars, enums, and records that show what they have."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from graphql import GraphQLLeafType, Undefined, is_enum_type

from app.graphql.plan import Unplanned

MOST_MEMBERS = 100
PLAIN = {"String": str, "ID": str, "Boolean": bool}
"""Scalars whose values go out as they are when they are of this very type."""


class Leaf(NamedTuple):
    """From a value to what the answer says of it. A value of the very type `plain` goes out as it is."""

    tell: Callable[[Any], Any]
    plain: type | None = None


class Shown(NamedTuple):
    """A field that shows, as a leaf, what its record has under `get`."""

    name: str
    get: Callable[[Any], Any]
    leaf: Leaf


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

    return Leaf(told, plain)


def required_leaf(leaf: Leaf) -> Leaf:
    """By `leaf`, unless there is nothing to tell."""
    tell, plain = leaf

    def told(value: Any) -> Any:
        if value is None:
            raise Unplanned
        return tell(value)

    return Leaf(told, plain)


def leaf_items(leaf: Leaf) -> Leaf:
    """Each of a list or tuple by `leaf`, null as null."""
    tell, plain = leaf

    def told(value: Any) -> Any:
        if value is None:
            return None
        check_list(value)
        return [item if type(item) is plain else tell(item) for item in value]

    return Leaf(told)


def record_leaf(shown: Sequence[Shown]) -> Leaf:
    """A record by its fields, in this order, null as null."""
    rows = [(name, get, leaf.plain, leaf.tell) for name, get, leaf in shown]

    def told(record: Any) -> dict[str, Any] | None:
        if record is None:
            return None
        return {
            name: value if type(value := get(record)) is plain else tell(value)
            for name, get, plain, tell in rows
        }

    return Leaf(told)


def check_list(value: Any) -> None:
    """Raise Unplanned for what is no list."""
    if not isinstance(value, list | tuple):
        raise Unplanned
