"""The directive by which a client says how old an answer may be."""

from typing import Annotated

import strawberry
from graphql import GraphQLDirective, GraphQLError, GraphQLSchema
from graphql.execution.values import VariableValues, get_directive_values
from graphql.language import OperationDefinitionNode
from strawberry.directive import DirectiveLocation

from schema.errors import Code, coded

NAME = "freshness"

MaxAge = Annotated[int | None, strawberry.argument(description="Seconds; 0: everything is asked for now.")]
HOW_OLD = """\
How old the data may be. What is as old as `maxAge` is asked for anew; if that fails, it may still be given,
marked as stale. Without it each kind of data has its own age."""


@strawberry.directive(
    locations=[DirectiveLocation.QUERY],
    name=NAME,
    description=HOW_OLD,
)
def freshness(max_age: MaxAge = None) -> None:
    """Declared only: it says something of the operation as a whole."""


def max_age(
    schema: GraphQLSchema, operation: OperationDefinitionNode, variables: VariableValues
) -> int | None:
    """What an operation's @freshness says; None without one. Raises a coded GraphQLError for a bad age."""
    if not operation.directives:
        return None
    directive = schema.get_directive(NAME)
    assert isinstance(directive, GraphQLDirective)
    given = get_directive_values(directive, operation, variables)
    age: int | None = (given or {}).get("maxAge")
    if age is not None and age < 0:
        raise coded(
            GraphQLError("maxAge must be 0 or more.", list(operation.directives)), Code.BAD_USER_INPUT
        )
    return age
