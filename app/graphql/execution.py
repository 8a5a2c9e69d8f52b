"""The reference execution of a prepared operation."""

from collections.abc import Awaitable

import graphql
from graphql import ExecutionResult, GraphQLSchema

from app.graphql.operation import PreparedOperation


def execute(
    schema: GraphQLSchema,
    prepared: PreparedOperation,
    variables: dict[str, object] | None,
    context: object,
    *,
    hide_suggestions: bool = False,
) -> ExecutionResult | Awaitable[ExecutionResult]:
    """The result itself when no field has to wait, else an awaitable of it."""
    return graphql.execute(
        schema,
        prepared.document,
        context_value=context,
        variable_values=variables,
        operation_name=prepared.name,
        hide_suggestions=hide_suggestions,
    )


def is_request_error(result: ExecutionResult) -> bool:
    """Whether nothing was executed, because a variable's value does not fit: those errors have no path."""
    return result.data is None and any(error.path is None for error in result.errors or ())
