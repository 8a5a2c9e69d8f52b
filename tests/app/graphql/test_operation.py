import gc
from collections.abc import Sequence
from typing import Any

import pytest
from graphql import DocumentNode, GraphQLError, GraphQLSchema, Token, build_schema, parse, validate

from app.graphql.operation import Operations, RequestError

SCHEMA = build_schema(
    "type Query { a: Int b(x: Int): Int } type Mutation { m: Int } type Subscription { s: Int }"
)


class Counted:
    """graphql-core's parse and validate, counting how often they are called."""

    def __init__(self) -> None:
        self.parsed = 0
        self.validated = 0

    def parse(self, query: str) -> DocumentNode:
        """Counts, then parses."""
        self.parsed += 1
        return parse(query)

    def validate(self, schema: GraphQLSchema, document: DocumentNode) -> Sequence[GraphQLError]:
        """Counts, then validates."""
        self.validated += 1
        return validate(schema, document)

    def operations(self, **bounds: Any) -> Operations:
        """Operations that count here."""
        return Operations(SCHEMA, parse=self.parse, validate=self.validate, **bounds)


def refusals(query: str, name: str | None = None, **options: Any) -> list[tuple[object, str]]:
    """Code and message of each error."""
    with pytest.raises(RequestError) as raised:
        Operations(SCHEMA, **options).prepare(query, name)
    return [(error["extensions"]["code"], error["message"]) for error in raised.value.errors]


def test_prepared_once() -> None:
    """A document that comes again is neither parsed nor validated, and is the same operation."""
    counted = Counted()
    operations = counted.operations()

    first = operations.prepare("{ a }", None)
    again = operations.prepare("{ a }", None)

    assert first is again
    assert (counted.parsed, counted.validated) == (1, 1)


def test_failures_are_not_remembered() -> None:
    """What is invalid takes no place, and pushes nothing valid out."""
    counted = Counted()
    operations = counted.operations(most_documents=1)
    kept = operations.prepare("{ a }", None)

    for query in ("{", "{ unknown }", "query X { a } query Y { a }"):
        with pytest.raises(RequestError):
            operations.prepare(query, None)

    assert kept is operations.prepare("{ a }", None)


def test_the_longest_unused_goes_first() -> None:
    """Over the bound, what was asked for lately stays."""
    counted = Counted()
    operations = counted.operations(most_documents=2)
    for query in ("{ a }", "{ b }", "{ a }", "{ a b }", "{ a }"):
        operations.prepare(query, None)

    assert counted.parsed == 3
    operations.prepare("{ b }", None)
    assert counted.parsed == 4


def test_bounded_by_memory() -> None:
    """Large documents are kept in smaller number; one that fits in no way is served and not kept."""
    counted = Counted()
    operations = counted.operations(most_bytes=10_000)
    for spaces in range(100):
        operations.prepare("{ a" + " " * spaces + "}", None)
    operations.prepare("{ a }#" + "x" * 10_000, None)

    assert 0 == len(operations._prepared) == operations._bytes
    operations.prepare("{ a }", None)
    assert len(operations._prepared) == 1


def test_what_is_forgotten_is_gone() -> None:
    """A document that was pushed out leaves nothing in memory, though the garbage collector never looks."""
    operations = Operations(SCHEMA, most_documents=1)
    operations.prepare("{ " + "a " * 25 + "}", None)
    gc.collect()  # what validation left behind
    gc.disable()
    try:
        before = sum(isinstance(one, Token) for one in gc.get_objects())
        operations.prepare("{ a }", None)
        after = sum(isinstance(one, Token) for one in gc.get_objects())
    finally:
        gc.enable()

    assert after < before - 20


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Q", "query"), ("M", "mutation"), ("S", "subscription")],
    ids=["query", "mutation", "sub"],
)
def test_the_operation_is_chosen_by_name(name: str, kind: str) -> None:
    """A document may hold several operations; the name says which."""
    prepared = Operations(SCHEMA).prepare("query Q { a } mutation M { m } subscription S { s }", name)

    assert (name, kind) == (prepared.name, prepared.kind)
    assert prepared.operation in prepared.document.definitions


@pytest.mark.parametrize(
    ("query", "name", "code"),
    [
        ("", None, "GRAPHQL_PARSE_FAILED"),
        ("{", None, "GRAPHQL_PARSE_FAILED"),
        ("{" + " a" * 2000 + "}", None, "GRAPHQL_PARSE_FAILED"),
        ("#\n" * 5000 + "{ a }", None, "GRAPHQL_PARSE_FAILED"),
        ("{ a }" + " " * 100_000, None, "GRAPHQL_PARSE_FAILED"),
        ("{ c }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("type A { a: Int }", None, "GRAPHQL_VALIDATION_FAILED"),
        ("query X { a } query Y { a }", None, "OPERATION_RESOLUTION_FAILURE"),
        ("query X { a }", "Y", "OPERATION_RESOLUTION_FAILURE"),
        ("{ a }", "Y", "OPERATION_RESOLUTION_FAILURE"),
    ],
    ids=[
        "empty",
        "open",
        "tokens",
        "comments",
        "characters",
        "field",
        "definition",
        "unnamed",
        "unknown",
        "anonymous",
    ],
)
def test_what_cannot_be_prepared(query: str, name: str | None, code: str) -> None:
    """Each kind of request error has its code."""
    assert {code} == {told for told, _ in refusals(query, name)}


def test_many_validation_errors() -> None:
    """Validation stops after a few errors."""
    assert len(refusals("{" + " c" * 30 + "}")) == 11


def test_suggestions_can_be_hidden() -> None:
    """A guess at a field's name is answered without the names there are, if so wanted."""
    schema = build_schema("type Query { coverage: Int }")

    def message(*, hide_suggestions: bool) -> str:
        with pytest.raises(RequestError) as raised:
            Operations(schema, hide_suggestions=hide_suggestions).prepare("{ coverages }", None)
        return raised.value.errors[0]["message"]

    assert "coverage'?" in message(hide_suggestions=False)
    assert "coverage'?" not in message(hide_suggestions=True)
