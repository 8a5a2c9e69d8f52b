"""Variables are what graphql-core makes of them, whichever way they were coerced."""

from typing import Any

import pytest
from graphql import get_variable_values, parse
from graphql.language import OperationDefinitionNode
from hypothesis import given
from hypothesis import strategies as st

from app.graphql.variables import MOST_ERRORS, Coerced, Variables
from tests.app.graphql.small_graph import graph

SCHEMA = graph()
TYPES = ("ID", "ID!", "String", "String!", 'String! = "x"', "Boolean", "Boolean!", "Int", "[ID!]", "Tree")
VALUES = st.sampled_from(["", "7", "é", 7, 7.5, 2**70, True, None, ["7"], {"leaf": 1}, {}])


def operation(*types: str) -> OperationDefinitionNode:
    """An operation with variables $a, $b, … of these types."""
    declared = ", ".join(f"${name}: {kind}" for name, kind in zip("abcd", types, strict=False))
    (node,) = parse(f"query ({declared}) {{ hello }}").definitions
    assert isinstance(node, OperationDefinitionNode)
    return node


def looked_at(coerced: Coerced) -> object:
    """All that there is to see of it."""
    if isinstance(coerced, list):
        return [(error.message, error.locations) for error in coerced]
    sources = {name: (str(signature.type), value) for name, (signature, value) in coerced.sources.items()}
    return repr((coerced.coerced, sources))


@given(
    types=st.lists(st.sampled_from(TYPES), min_size=1, max_size=4),
    values=st.dictionaries(st.sampled_from("abcde"), VALUES),
)
def test_they_are_what_graphql_core_makes_of_them(types: list[str], values: dict[str, Any]) -> None:
    """The same values with the same sources, or the same errors."""
    node = operation(*types)
    told = Variables(SCHEMA, node, hide_suggestions=False).coerced(values)
    expected = get_variable_values(SCHEMA, node.variable_definitions or (), values, max_errors=MOST_ERRORS)
    assert looked_at(told) == looked_at(expected)


@pytest.mark.parametrize(("types", "values"), [((), {}), (("ID!", "Boolean"), {"a": "7", "b": False})])
def test_what_fits_is_taken_as_it_is(types: tuple[str, ...], values: dict[str, Any]) -> None:
    """Strings for IDs and for strings, booleans for booleans: the very same objects."""
    node = operation(*types) if types else parse("{ hello }").definitions[0]
    assert isinstance(node, OperationDefinitionNode)
    told = Variables(SCHEMA, node, hide_suggestions=False).coerced(values)
    assert not isinstance(told, list)
    assert all(told.coerced[name] is value for name, value in values.items())
