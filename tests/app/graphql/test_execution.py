import inspect

import pytest
from graphql import ExecutionResult

from app.graphql.execution import execute, is_request_error
from app.graphql.operation import Operations
from tests.app.graphql.small_graph import Context, graph


async def run(query: str, variables: dict[str, object] | None = None) -> ExecutionResult:
    """The result of an operation in which no field waits."""
    schema = graph()
    result = execute(schema, Operations(schema).prepare(query, None), variables, Context())
    assert isinstance(result, ExecutionResult)
    return result


async def test_warm_is_a_value() -> None:
    """Where no field waits, there is no coroutine."""
    assert (await run("{ hello }")).data == {"hello": "hello you"}


async def test_cold_is_awaitable() -> None:
    """Where a field waits, the caller decides how long."""
    schema = graph()
    context = Context()
    result = execute(schema, Operations(schema).prepare("{ slow hello }", None), None, context)

    assert inspect.isawaitable(result)
    context.waiting[0].set_result("at last")
    assert (await result).data == {"slow": "at last", "hello": "hello you"}


@pytest.mark.parametrize(
    ("query", "variables", "expected"),
    [
        ("{ hello }", None, False),
        ("{ broken }", None, False),
        ("{ needed }", None, False),
        ("query ($n: [Int]) { echo(numbers: $n) }", {"n": "x"}, True),
        ("query ($n: ID!) { echo(required: $n) }", None, True),
    ],
    ids=["data", "partial", "null data", "unfit", "missing"],
)
async def test_is_request_error(query: str, variables: dict[str, object] | None, *, expected: bool) -> None:
    """Unfit variables are told from an executed operation whose data came to null."""
    assert expected is is_request_error(await run(query, variables))
