"""The variables of an operation, coerced (GraphQL specification, 6.1.2)."""

from typing import Any, TypeAlias

from graphql import GraphQLError, GraphQLNonNull, GraphQLSchema, get_variable_values
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.language import OperationDefinitionNode

from app.graphql.leaves import AS_THEY_ARE

MOST_ERRORS = 50

Coerced: TypeAlias = VariableValues | list[GraphQLError]


class Variables:
    """Those that a valid operation declares. graphql-core coerces them, unless nothing is to be done."""

    def __init__(
        self, schema: GraphQLSchema, operation: OperationDefinitionNode, *, hide_suggestions: bool
    ) -> None:
        self._schema = schema
        self._definitions = operation.variable_definitions or ()
        self._hide_suggestions = hide_suggestions
        self._plain = _plain(schema, operation)

    def coerced(self, given: dict[str, Any]) -> Coerced:
        """The values to execute with, or what is wrong with those that are given: the first fifty errors."""
        values = self._as_given(given)
        if values is not None:
            return values
        return get_variable_values(
            self._schema,
            self._definitions,
            given,
            max_errors=MOST_ERRORS,
            hide_suggestions=self._hide_suggestions,
        )

    def _as_given(self, given: dict[str, Any]) -> VariableValues | None:
        """All of them as they are given; None when one of them is not given, or not of the very type."""
        if self._plain is None:
            return None
        values = VariableValues({}, {})
        for signature, kind in self._plain:
            value = given.get(signature.name)
            if type(value) is not kind:
                return None
            values.sources[signature.name] = VariableValueSource(signature, value)
            values.coerced[signature.name] = value
        return values


def _plain(
    schema: GraphQLSchema, operation: OperationDefinitionNode
) -> list[tuple[GraphQLVariableSignature, type]] | None:
    """Each with the type of values that nothing is to be done for; None when there is another one."""
    plain = []
    for node in operation.variable_definitions or ():
        signature = get_variable_signature(schema, node)
        if isinstance(signature, GraphQLError):
            return None
        named = signature.type.of_type if isinstance(signature.type, GraphQLNonNull) else signature.type
        kind = AS_THEY_ARE.get(str(named))
        if kind is None:
            return None
        plain.append((signature, kind))
    return plain
