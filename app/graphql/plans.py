"""The plans of an operation."""

from collections.abc import Callable
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    GraphQLSchema,
    OperationType,
    Visitor,
    visit,
)
from graphql.execution.values import VariableValues
from graphql.language import FragmentDefinitionNode, OperationDefinitionNode, VariableNode

from app.graphql.plan import Plan
from app.graphql.planner import Planner

MOST_PLANS = 8
"""Of one operation."""


class Plans:
    """The plans of one operation: one for each outcome of its @skip and @include, made when first needed.

    `grown` is told about how many bytes each of them takes.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        grown: Callable[[int], None],
    ) -> None:
        self._schema = schema
        self._grown = grown
        self._operation = operation
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._conditions = _conditions(document)
        self._plans: dict[tuple[object, ...], Plan | None] = {}

    def of(self, variables: VariableValues) -> Plan | None:
        """The plan for these variables; None when the reference execution must answer."""
        outcome = tuple([_condition(variables, name) for name in self._conditions])
        if outcome in self._plans:
            return self._plans[outcome]
        if len(self._plans) >= MOST_PLANS:
            return None
        plan = self._plans[outcome] = self._made(variables)
        return plan

    def _made(self, variables: VariableValues) -> Plan | None:
        if self._operation.operation is not OperationType.QUERY:
            return None
        planner = Planner(self._schema, self._fragments, variables)
        try:
            plan = planner.plan(self._operation)
        except Exception:  # noqa: BLE001  # an argument that cannot be meant, say: the reference tells it
            return None
        self._grown(planner.weight)
        return plan


def _condition(variables: VariableValues, name: str) -> bool | None:
    """What a condition's variable says; None also where this operation has another thing of that name."""
    value = variables.coerced.get(name)
    return value if isinstance(value, bool) else None


def _conditions(document: DocumentNode) -> tuple[str, ...]:
    """The variables that @skip and @include depend on, in any of the document's operations."""
    found = Conditions()
    visit(document, found)
    return tuple(sorted(found.names))


class Conditions(Visitor):
    """Finds variables in the directives of a document's selections."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        """A directive: of fields and fragments, there are @skip and @include only."""
        values = [argument.value for argument in node.arguments or ()]
        self.names.update(value.name.value for value in values if isinstance(value, VariableNode))
