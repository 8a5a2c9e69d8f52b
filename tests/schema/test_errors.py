import json
import logging
from collections.abc import Iterator

import pytest
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    build_schema,
    execute_sync,
    located_error,
    parse,
)
from graphql.language import OperationDefinitionNode

from connectors import errors as upstream
from connectors.errors import InvalidKey, UpstreamError
from schema.errors import Code, coded, masked, tell, told

SECRET = "Ada 123-45-6789"


def in_field(error: Exception) -> GraphQLError:
    """The error as graphql-core gives it when a resolver has raised it."""
    return located_error(error, None, ["patient", "coverages", 3])


def kinds(root: type[UpstreamError] = UpstreamError) -> Iterator[type[UpstreamError]]:
    """Every class of the tree."""
    yield root
    for branch in root.__subclasses__():
        yield from kinds(branch)


@pytest.mark.parametrize("kind", [*kinds()])
def test_upstream_errors(kind: type[UpstreamError]) -> None:
    """A client is told which upstream failed and how, by a code of the list, and where."""
    assert told(in_field(kind("canvas"))) == {
        "message": f"canvas {kind.sentence}",
        "extensions": {"code": Code(kind.code), "system": "canvas"},
        "path": ["patient", "coverages", 3],
    }


def test_keys() -> None:
    """What is wrong with a key is for the client to know."""
    formatted = told(in_field(InvalidKey("An id has no spaces")))

    assert (formatted["message"], formatted["extensions"]) == (
        "An id has no spaces",
        {"code": "BAD_USER_INPUT"},
    )
    assert InvalidKey.code in Code.__members__


def test_time() -> None:
    """A wait that the deadline ended is not our fault."""
    assert told(in_field(TimeoutError()))["extensions"] == {"code": "TIMEOUT"}


def test_an_error_with_a_code_is_told_as_it_is() -> None:
    """Whoever gives an error a code of the list means its message for the client."""
    error = GraphQLError("Page size is at most 100", extensions={"code": "BAD_USER_INPUT", "most": 100})

    assert told(in_field(error)) == {
        "message": "Page size is at most 100",
        "extensions": {"code": "BAD_USER_INPUT", "most": 100},
        "path": ["patient", "coverages", 3],
    }
    assert told(coded(GraphQLError("x"), Code.GRAPHQL_PARSE_FAILED))["extensions"] == {
        "code": "GRAPHQL_PARSE_FAILED"
    }


@pytest.mark.parametrize(
    "error",
    [
        ValueError(SECRET),
        KeyError(SECRET),
        GraphQLError(SECRET),
        GraphQLError(SECRET, extensions={"code": "SOMETHING_ELSE"}),
        ConnectionError(SECRET),
        ExceptionGroup(SECRET, [ValueError(SECRET)]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_everything_else_is_masked(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """The client learns that it is our fault and where; the log what kind of error, but nobody a value."""
    formatted = told(in_field(error))

    assert formatted == {
        "message": "Internal server error",
        "extensions": {"code": "INTERNAL_SERVER_ERROR"},
        "path": ["patient", "coverages", 3],
    }
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert f"{type(error).__name__} at patient.coverages.3" in caplog.text
    assert SECRET not in caplog.text


def test_the_log_says_where(caplog: pytest.LogCaptureFixture) -> None:
    """The log has the file, line and function of each frame, the innermost first."""

    def inner() -> None:
        raise LookupError(SECRET)

    def outer(depth: int) -> None:
        outer(depth - 1) if depth else inner()

    with pytest.raises(LookupError) as raised:
        outer(50)
    masked(raised.value)

    assert f"unexpected LookupError at (request): {__file__}:" in caplog.text
    assert caplog.text.index(" inner < ") < caplog.text.index(" outer < ")
    assert caplog.text.count(" < ") < 20


def run(schema: GraphQLSchema, query: str, root: object = None, **variables: object) -> list[GraphQLError]:
    """The errors of an execution."""
    result: ExecutionResult = execute_sync(schema, parse(query), root, variable_values=variables)
    return result.errors or []


SCHEMA = build_schema("enum Kind { A } type Query { f(x: Int! = 1): Int kind: Kind list: [Int!]! }")


def test_unfit_variables(caplog: pytest.LogCaptureFixture) -> None:
    """The sender reads back what does not fit; nobody logs it."""
    (error,) = run(SCHEMA, "query ($x: Int!) { f(x: $x) }", x=SECRET)

    assert SECRET in told(error)["message"]
    assert told(error)["extensions"] == {"code": "BAD_USER_INPUT"}
    assert not caplog.records


def test_unfit_arguments() -> None:
    """An argument that turns out unfit during execution is the sender's matter too."""
    (error,) = run(SCHEMA, "query ($x: Int = 1) { f(x: $x) }", x=None)

    assert told(error)["extensions"] == {"code": "BAD_USER_INPUT"}
    assert told(error)["path"] == ["f"]


@pytest.mark.parametrize(
    ("field", "value"), [("f", SECRET), ("kind", SECRET), ("list", None), ("list", [None])]
)
def test_unfit_results(field: str, value: object) -> None:
    """A result that does not fit the schema is our fault, and is not shown."""
    (error,) = run(SCHEMA, f"{{ {field} }}", {field: value})

    assert told(error)["extensions"] == {"code": "INTERNAL_SERVER_ERROR"}
    assert SECRET not in json.dumps(told(error))


@pytest.mark.parametrize("letter", ["a", "ž", "🏊", "\x00", '"'])
def test_long_messages_are_cut(letter: str) -> None:
    """A message is at most 500 bytes, and cut between characters."""
    message = told(coded(GraphQLError(letter * 100_000), Code.BAD_REQUEST))["message"]

    assert 497 <= len(message.encode()) <= 500
    assert set(message) == {letter}


@pytest.mark.parametrize("letter", ["a", "ž", "\x00"])
def test_all_errors_together_are_bounded(letter: str) -> None:
    """However many and long, the errors stay under 100 and 64 kB, and there is at least one."""
    operation = parse("{" + "a " * 1000 + "}").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    nodes = list(operation.selection_set.selections)
    error = GraphQLError(letter * 10_000, nodes, path=["a" * 1_000] * 100, extensions={"code": "BAD_REQUEST"})
    telling = tell([error] * 1000)

    assert 1 <= len(telling) <= 100
    assert len(json.dumps(telling)) <= 65_000
    assert "path" not in telling[0]


def test_the_list_of_codes_is_closed() -> None:
    """Each code of the upstreams' error tree is on the list."""
    assert {kind.code for kind in kinds()} <= set(Code)
    assert upstream.InvalidKey.code in set(Code)
