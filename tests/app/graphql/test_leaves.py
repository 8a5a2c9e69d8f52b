"""Leaves: what is told without the scalar's or enum's own coercion is what that would tell."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, Flag
from typing import Any

import pytest
import strawberry
from graphql import GraphQLLeafType, GraphQLSchema, is_enum_type

from app.graphql.leaves import leaf_of, whole
from app.graphql.plan import Unplanned
from schema.query import graph

SCHEMA = graph().schema
ENUMS = [name for name, kind in SCHEMA.type_map.items() if is_enum_type(kind) and not name.startswith("__")]

VALUES: list[tuple[str, Any]] = [
    ("String", ""),
    ("ID", "a"),
    ("Boolean", False),
    ("Int", 0),
    ("Int", -(2**31)),
    ("Int", 2**31 - 1),
    ("Int", True),
    ("Int", 3.0),
    ("Int", Decimal(4)),
    ("Date", date(2024, 2, 29)),
    ("Date", datetime(2024, 2, 29, 1, 2, tzinfo=UTC)),
    ("DateTime", datetime(2024, 2, 29, 1, 2, 3, 4, tzinfo=UTC)),
    ("DateTime", datetime(2024, 2, 29)),  # noqa: DTZ001  # whatever a record holds
    ("Decimal", Decimal("-0.00")),
    ("Decimal", Decimal("1E+3")),
    ("Decimal", Decimal("NaN")),
    ("Decimal", 5),
]


class Size(Enum):
    """An enum of which the graph calls a member otherwise."""

    SMALL = strawberry.enum_value("small", name="LITTLE")
    LARGE = "large"


class Colour(Flag):
    """Members that can be mixed."""

    RED = 1
    BLUE = 2


def kind_of(name: str, schema: GraphQLSchema = SCHEMA) -> GraphQLLeafType:
    """The scalar or enum of this name."""
    kind: Any = schema.type_map[name]
    return kind  # type: ignore[no-any-return]


def declared(of: type[Enum]) -> GraphQLLeafType:
    """An enum as strawberry declares it."""

    def value() -> Any:
        return None

    value.__annotations__["return"] = strawberry.enum(of)
    query = strawberry.type(type("Query", (), {"value": strawberry.field(value)}))
    return kind_of(of.__name__, strawberry.Schema(query)._schema)


@pytest.mark.parametrize(("name", "value"), VALUES)
def test_a_value_is_told_as_its_scalar_tells_it(name: str, value: Any) -> None:
    """Be it of the very type or of one that the scalar takes as well."""
    kind = kind_of(name)
    told = whole(leaf_of(kind))(value)
    expected = kind.coerce_output_value(value)
    assert (type(told), told) == (type(expected), expected)


@pytest.mark.parametrize("value", [2**31, -(2**31) - 1, float("inf"), "x"])
def test_what_no_int_is_ends_the_plan(value: Any) -> None:
    """The reference tells the error."""
    with pytest.raises(Exception, match=r"Int cannot represent|^$"):
        whole(leaf_of(kind_of("Int")))(value)


@pytest.mark.parametrize("name", ENUMS)
def test_each_member_is_told_as_its_enum_tells_it(name: str) -> None:
    """Its name is worked out once, when the query is planned."""
    kind: Any = kind_of(name)
    tell = whole(leaf_of(kind))
    members = list(kind.wrapped_cls)
    assert members
    assert [tell(member) for member in members] == [kind.coerce_output_value(member) for member in members]


@pytest.mark.parametrize("of", [Size, Colour])
def test_members_of_another_name_are_told_by_it(of: type[Enum]) -> None:
    """The graph's name is what counts."""
    kind = declared(of)
    tell = whole(leaf_of(kind))
    assert [tell(member) for member in of] == [kind.coerce_output_value(member) for member in of]


def test_mixed_members_end_the_plan() -> None:
    """They have no name in the graph."""
    with pytest.raises(ValueError, match="Invalid value for enum"):
        whole(leaf_of(declared(Colour)))(Colour.RED | Colour.BLUE)


@pytest.mark.parametrize("name", ["String", "Int", "Date", "Decimal", ENUMS[0]])
def test_an_exception_is_no_value(name: str) -> None:
    """Whatever the scalar would make of it."""
    with pytest.raises(Unplanned):
        whole(leaf_of(kind_of(name)))(ValueError("x"))
