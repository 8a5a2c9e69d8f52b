"""How values are told in which nothing has to wait: scalars, enums, and records that show what they have."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Flag
from operator import attrgetter
from typing import Any, NamedTuple

from graphql import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT, GraphQLLeafType, Undefined

from app.graphql.plan import Unplanned

AS_THEY_ARE: Mapping[str, type] = {"String": str, "ID": str, "Boolean": bool}
"""Scalars whose values go out, and come in, as they are when they are of this very type."""

AS_TEXT: Mapping[str, type] = {"Date": date, "DateTime": datetime, "Decimal": Decimal}
"""Scalars whose own coercion makes a text of every value of this very type."""


class Leaf(NamedTuple):
    """How a value that is there is told: by `tell`.

    One of the very type `kind` is told by `quick`, which tells the same; without it, as it is.
    """

    tell: Callable[[Any], Any]
    kind: type | None = None
    quick: Callable[[Any], Any] | None = None
    nullable: bool = True


class Shown(NamedTuple):
    """A field that shows, as a leaf, what its record has as `attribute`."""

    name: str
    attribute: str
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

    if kind.name in AS_TEXT:
        return Leaf(coerced, AS_TEXT[kind.name], coerce)
    if kind.name == "Int":
        return Leaf(coerced, int, _int)
    members = getattr(kind, "wrapped_cls", None)  # an enum's, as strawberry declares it
    if members and not issubclass(members, Flag) and all(coerce(one) == one.name for one in members):
        return Leaf(coerced, members, attrgetter("_name_"))  # `name` is worked out by a function of Python's
    return Leaf(coerced, AS_THEY_ARE.get(kind.name))


def _int(value: int) -> int:
    if GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT:
        return value
    raise Unplanned


def required_leaf(leaf: Leaf) -> Leaf:
    """The same, which must be there."""
    return leaf._replace(nullable=False)


def leaf_items(leaf: Leaf) -> Leaf:
    """Each of a list or tuple by `leaf`."""
    tell = whole(leaf)

    def told(value: Any) -> Any:
        check_list(value)
        return list(map(tell, value))

    return Leaf(told)


def record_leaf(shown: Sequence[Shown]) -> Leaf:
    """A record by its fields, in this order."""
    rows = [(name, attribute, *leaf) for name, attribute, leaf in shown]

    def told(record: Any) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        for name, attribute, tell, kind, quick, nullable in rows:  # a comprehension is a call
            value = getattr(record, attribute)  # in half the time of an attrgetter
            if type(value) is kind:
                answer[name] = quick(value) if quick else value
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
    tell, kind, quick, nullable = leaf

    def told(value: Any) -> Any:
        if type(value) is kind:
            return quick(value) if quick else value
        if value is not None:
            return tell(value)
        if nullable:
            return None
        raise Unplanned

    return told


def check_list(value: Any) -> None:
    """Raise Unplanned for what is no list."""
    if not isinstance(value, (list, tuple)):
        raise Unplanned
