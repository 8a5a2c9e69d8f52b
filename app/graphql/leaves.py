"""How values are told in which nothing has to wait: scalars, enums, and records that show what they have."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from graphql import GraphQLLeafType, Undefined, is_enum_type

from app.graphql.plan import Unplanned

MOST_MEMBERS = 100
PLAIN = {"String": str, "ID": str, "Boolean": bool}
"""Scalars whose values go out as they are when they are of this very type."""

Leaf: TypeAlias = Callable[[Any], Any]
"""From a value to what the answer says of it."""


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
        check_list(value)
        return [leaf(item) for item in value]

    return told


def record_leaf(shown: Sequence[Shown]) -> Leaf:
    """A record by its fields, in this order, null as null."""

    def told(record: Any) -> dict[str, Any] | None:
        return None if record is None else {name: leaf(get(record)) for name, get, leaf in shown}

    return told


def check_list(value: Any) -> None:
    """Raise Unplanned for what is no list."""
    if not isinstance(value, list | tuple):
        raise Unplanned
