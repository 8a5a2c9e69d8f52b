"""What an operation may ask for, found from the document and the schema alone, before validation.

Fragments are measured once each, so that measuring costs no more than reading the document.
"""

from collections import Counter
from dataclasses import dataclass

from graphql import DocumentNode, GraphQLError, GraphQLSchema, get_named_type, is_list_type
from graphql.language import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)
from graphql.type import GraphQLType, is_non_null_type

MOST_ROOT_FIELDS = 30
MOST_DEPTH = 15
MOST_SAME_NAME = 30
MOST_COST = 20_000
LIST_SIZE = 10
"""What a list counts for. Longer ones cost more than measured; pages hold up to a hundred."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Of a selection: fields on its longest path, and fields in all with those in lists counted ten times."""

    depth: int = 0
    cost: int = 0


class TooMuch(GraphQLError):
    """The operation asks for more than one may."""


def check_limits(schema: GraphQLSchema, document: DocumentNode) -> None:
    """Raise TooMuch when any operation of the document asks for too much. The document need not be valid."""
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    meter = Meter(schema, fragments)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            root = schema.get_root_type(node.operation)
            _check(meter.selection(node.selection_set, root), len(node.selection_set.selections))


def _check(measure: Measure, root_fields: int) -> None:
    for told, bound, what in (
        (root_fields, MOST_ROOT_FIELDS, "fields at its root"),
        (measure.depth, MOST_DEPTH, "levels of fields"),
        (measure.cost, MOST_COST, "fields, those in lists counted ten times"),
    ):
        if told > bound:
            raise TooMuch(f"The operation asks for too much: more than {bound} {what}")


class Meter:
    """Measures selections; each fragment once for each type that it is spread on."""

    def __init__(self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments
        self._measured: dict[str, Measure] = {}

    def selection(self, node: SelectionSetNode | None, kind: GraphQLType | None) -> Measure:
        """The measure of a selection on a type; unknown fields count as plain ones."""
        selections = node.selections if node else ()
        names = Counter(one.name.value for one in selections if isinstance(one, FieldNode))
        if names and max(names.values()) > MOST_SAME_NAME:
            raise TooMuch(f"The operation asks for too much: one field more than {MOST_SAME_NAME} times")
        parts = [self._one(one, kind) for one in selections]
        depth = max((part.depth for part in parts), default=0)
        return Measure(depth, min(sum(part.cost for part in parts), MOST_COST + 1))

    def _one(self, node: SelectionNode, kind: GraphQLType | None) -> Measure:
        match node:
            case FieldNode():
                field = getattr(kind, "fields", {}).get(node.name.value)
                told = field.type if field else None
                inner = self.selection(node.selection_set, get_named_type(told) if told else None)
                return Measure(inner.depth + 1, 1 + inner.cost * (LIST_SIZE if _is_list(told) else 1))
            case InlineFragmentNode():
                named = node.type_condition and self._schema.get_type(node.type_condition.name.value)
                return self.selection(node.selection_set, named or kind)
            case FragmentSpreadNode():
                return self._fragment(node.name.value)
        return Measure()

    def _fragment(self, name: str) -> Measure:
        fragment = self._fragments.get(name)
        if name not in self._measured and fragment is not None:
            self._measured[name] = Measure()  # one that spreads itself is for validation to refuse
            kind = self._schema.get_type(fragment.type_condition.name.value)
            self._measured[name] = self.selection(fragment.selection_set, kind)
        return self._measured.get(name, Measure())


def _is_list(kind: GraphQLType | None) -> bool:
    return is_list_type(kind.of_type if is_non_null_type(kind) else kind)
