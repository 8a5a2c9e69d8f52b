"""Plans queries: what can be known of an answer before anybody asks."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from graphql import (
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    get_argument_values,
    get_directive_values,
    is_leaf_type,
    is_list_type,
)
from graphql.execution.values import VariableValues
from graphql.language import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

from app.graphql.leaves import Leaf, Shown, leaf_items, leaf_of, record_leaf, required_leaf
from app.graphql.plan import Plan, Run, Tell, Unplanned
from app.graphql.telling import Put, fields, items, joined, nullable, required, shown, without_fields
from connectors.cache import Fetch
from resolvers.arguments import Arguments
from resolvers.context import Context, Path
from resolvers.read import own_id
from schema.resolve import Answer, Attribute

Fragments: TypeAlias = Mapping[str, FragmentDefinitionNode]
BYTES_PER_FIELD = 2500
"""Of a plan: measured 1000 to 2300."""

Fetches: TypeAlias = tuple[Fetch[Any, Any, Any], ...]


class Told(NamedTuple):
    """How a value is told: also as a leaf if it can be. `fetches`: what its fields ask for with its id."""

    tell: Tell
    leaf: Leaf | None = None
    fetches: Fetches = ()


class Planner:
    """Plans the queries of one document, for one outcome of its @skip and @include."""

    def __init__(self, schema: GraphQLSchema, fragments: Fragments, variables: VariableValues) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables
        self._planned: dict[Hashable, Told] = {}
        self._fields = 0

    @property
    def weight(self) -> int:
        """About how many bytes what was planned keeps in memory."""
        return BYTES_PER_FIELD * self._fields

    def plan(self, operation: OperationDefinitionNode) -> Plan:
        """The plan. Raises Unplanned for what only the reference execution can answer."""
        kind = self._schema.query_type
        assert kind
        return Plan(self._object(kind, [operation.selection_set]).tell)

    def _object(self, kind: GraphQLObjectType, selections: Sequence[SelectionSetNode | None]) -> Told:
        """Planned once, however often a fragment is spread."""
        place = (kind.name, *map(id, selections))  # the document keeps them
        told = self._planned.get(place)
        if told is None:
            told = self._planned[place] = self._record(kind, selections)
        return told

    def _record(self, kind: GraphQLObjectType, selections: Iterable[SelectionSetNode | None]) -> Told:
        grouped: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()
        for selection in selections:
            self._collect(kind, selection, grouped, spread)
        parts = [self._part(kind, name, nodes) for name, nodes in grouped.items()]
        leaves = [part for part in parts if isinstance(part, Shown)]
        leaf = record_leaf(leaves) if len(leaves) == len(parts) else None
        self._fields += len(parts)
        return Told(fields(parts), leaf, _own_fetches(kind, grouped.values()))

    def _collect(
        self,
        kind: GraphQLObjectType,
        selection: SelectionSetNode | None,
        grouped: dict[str, list[FieldNode]],
        spread: set[str],
    ) -> None:
        """Group the fields by their response names (GraphQL specification, 6.3.2)."""
        for node in selection.selections if selection else ():
            if not self._included(node):
                continue
            match node:
                case FieldNode():
                    grouped.setdefault((node.alias or node.name).value, []).append(node)
                case InlineFragmentNode():
                    _check_condition(kind, node)
                    self._collect(kind, node.selection_set, grouped, spread)
                case FragmentSpreadNode() if node.name.value not in spread:
                    spread.add(node.name.value)
                    fragment = self._fragments[node.name.value]
                    _check_condition(kind, fragment)
                    self._collect(kind, fragment.selection_set, grouped, spread)

    def _included(self, node: SelectionNode) -> bool:
        if not node.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self._variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self._variables)
        return not (skip and skip["if"]) and (include is None or include["if"])

    def _part(self, kind: GraphQLObjectType, name: str, nodes: Sequence[FieldNode]) -> Shown | Put:
        field_name = nodes[0].name.value
        if field_name == "__typename":
            return Shown(name, "__class__", Leaf(lambda _: kind.name))
        field = kind.fields.get(field_name)
        if field is None:
            raise Unplanned  # introspection
        told = self._told(field.type, nodes)
        match field.resolve:
            case Attribute(name=attribute):
                return Shown(name, attribute, told.leaf) if told.leaf else shown(name, attribute, told.tell)
            case Answer() as answer:
                arguments, asked = _arguments(field, nodes[0], answer)
                begin = _begin(answer, told.fetches)
                return joined(name, answer.join, told.tell, arguments=arguments, asked=asked, begin=begin)
        raise Unplanned

    def _told(self, kind: Any, nodes: Sequence[FieldNode]) -> Told:
        if isinstance(kind, GraphQLNonNull):
            present = self._present(kind.of_type, nodes)
            tell, leaf = required(present.tell), present.leaf and required_leaf(present.leaf)
        else:
            present = self._present(kind, nodes)
            tell, leaf = nullable(present.tell), present.leaf
        return Told(without_fields(leaf) if leaf else tell, leaf, present.fetches)

    def _present(self, kind: Any, nodes: Sequence[FieldNode]) -> Told:
        """How a value is told that is not null."""
        if is_list_type(kind):
            item = self._told(kind.of_type, nodes)
            return Told(items(item.tell), item.leaf and leaf_items(item.leaf))
        if is_leaf_type(kind):
            leaf = leaf_of(kind)
            return Told(without_fields(leaf), leaf)
        if isinstance(kind, GraphQLObjectType):
            return self._object(kind, [node.selection_set for node in nodes])
        raise Unplanned  # an interface or a union


def _check_condition(kind: GraphQLObjectType, fragment: InlineFragmentNode | FragmentDefinitionNode) -> None:
    named = fragment.type_condition
    if named is not None and named.name.value != kind.name:
        raise Unplanned  # by way of an interface or a union, where fragments on other types may stand


def _own_fetches(kind: GraphQLObjectType, grouped: Iterable[Sequence[FieldNode]]) -> Fetches:
    """What the fields ask for with the id of their parent: it may be asked beside the parent."""
    definitions = [kind.fields.get(nodes[0].name.value) for nodes in grouped]
    answers = [field.resolve for field in definitions if field and isinstance(field.resolve, Answer)]
    return tuple(read.fetch for answer in answers for read in answer.join.reads if read.key is own_id)


def _begin(answer: Answer, fetches: Fetches) -> Callable[[Any, Any, Context, Path], None] | None:
    reads = answer.join.reads
    if not fetches or len(reads) != 1 or not reads[0].fetch.by_id:
        return None
    (read,) = reads

    def begin(record: Any, arguments: Any, context: Context, path: Path) -> None:
        key = read.key(record, arguments)
        for fetch in fetches:
            context.begin(fetch, key, path)

    return begin


def _arguments(
    field: GraphQLField, node: FieldNode, answer: Answer
) -> tuple[Arguments | None, Callable[[Run], Any] | None]:
    """The arguments of all executions; or how they are read, once for each, when a variable is in them."""
    place = id(node)  # the document keeps it
    if not any(_varies(argument.value) for argument in node.arguments or ()):
        return answer.asked(get_argument_values(field, node)), None

    def asked(run: Run) -> Any:
        if place not in run.asked:
            run.asked[place] = answer.asked(get_argument_values(field, node, run.variables))
        return run.asked[place]

    return None, asked


def _varies(value: ValueNode) -> bool:
    match value:
        case VariableNode():
            return True
        case ListValueNode():
            return any(map(_varies, value.values))
        case ObjectValueNode():
            return any(_varies(field.value) for field in value.fields)
    return False
