"""The schema as a reviewed artefact."""

from pathlib import Path

from graphql import GraphQLObjectType

import schema
from schema.query import graph


def test_the_committed_schema_is_the_declared_one() -> None:
    """A change of the graph is seen in review: `make sdl` writes the file, and its difference is read."""
    committed = (Path(schema.__file__).parent / "schema.graphql").read_text()

    assert committed == graph().sdl + "\n"


def test_no_field_is_answered_by_the_default_resolver() -> None:
    """Every field is a fact of its record or a join; none depends on names that happen to be equal."""
    kinds = [kind for kind in graph().schema.type_map.values() if isinstance(kind, GraphQLObjectType)]

    unanswered = [
        f"{kind.name}.{name}"
        for kind in kinds
        if not kind.name.startswith("__")
        for name, field in kind.fields.items()
        if field.resolve is None
    ]

    assert unanswered == []
