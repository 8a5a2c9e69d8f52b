"""The execution of a prepared operation: by its plan, else by the reference."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import graphql
from graphql import ExecutionResult, GraphQLError, GraphQLSchema

from app.graphql.executor import Executor
from app.graphql.operation import PreparedOperation
from schema.errors import forget
from schema.freshness import max_age

MOMENT = 0.5
"""Seconds that an execution has to come to its end when nobody wants it any more."""

Result: TypeAlias = ExecutionResult | Awaitable[ExecutionResult]


def execute(
    schema: GraphQLSchema,
    prepared: PreparedOperation,
    variables: dict[str, Any] | None,
    context: Any,
    *,
    hide_suggestions: bool = False,
) -> Result:
    """The result itself when no field has to wait, else an awaitable of it."""

    def reference() -> Result:
        result = graphql.execute(
            schema,
            prepared.document,
            context_value=context,
            variable_values=variables,
            operation_name=prepared.name,
            hide_suggestions=hide_suggestions,
            executor_class=Executor,
        )
        return result if isinstance(result, ExecutionResult) else _to_its_end(result, context.expire)

    def again() -> Result:
        context.begin_again()
        return reference()

    values = prepared.variables.coerced(variables or {})
    if isinstance(values, list):
        return ExecutionResult(None, values)
    try:
        age = max_age(schema, prepared.operation, values)
    except GraphQLError as error:
        return ExecutionResult(None, [error])
    if age is not None:
        context.limit_age(age)
    plan = prepared.plans.of(values)
    if plan is None:
        return reference()
    try:
        data = plan.execute(context, values)
    except Exception:  # noqa: BLE001  # whatever it is, the reference meets it too, and tells it
        return again()
    return ExecutionResult(data) if isinstance(data, dict) else _awaited(data, again)


def is_request_error(result: ExecutionResult) -> bool:
    """Whether nothing was executed, because a variable's value does not fit: those errors have no path."""
    return result.data is None and any(error.path is None for error in result.errors or ())


async def _to_its_end(result: Awaitable[ExecutionResult], expire: Callable[[], None]) -> ExecutionResult:
    """The result of graphql-core's execution. Cancelled, it has nothing more to wait for, and ends by itself.

    It holds coroutines that it has not begun; were it cancelled, the interpreter would complain of them.
    """
    executing = asyncio.ensure_future(result)
    try:
        return await asyncio.shield(executing)
    except asyncio.CancelledError:
        expire()
        executing.add_done_callback(_forget)
        given_up = asyncio.get_running_loop().call_later(MOMENT, executing.cancel)
        executing.add_done_callback(lambda _: given_up.cancel())
        await asyncio.wait({executing}, timeout=MOMENT)  # cancelled once more, it ends by itself all the same
        raise


def _forget(executed: asyncio.Future[ExecutionResult]) -> None:
    """Nobody is told its errors, which keep what was executed by where they were raised."""
    if not executed.cancelled() and executed.exception() is None:
        forget(executed.result().errors or ())


async def _awaited(data: Awaitable[dict[str, Any]], again: Callable[[], Result]) -> ExecutionResult:
    try:
        return ExecutionResult(await data)
    except Exception:  # noqa: BLE001  # the same
        result = again()
    return result if isinstance(result, ExecutionResult) else await result
