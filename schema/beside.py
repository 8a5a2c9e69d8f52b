"""What may be asked beside a parent that is on its way: the children whose key is the parent's own id."""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLObjectType, GraphQLResolveInfo, get_named_type
from graphql.language import FieldNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode

from connectors.cache import Fetch
from resolvers.context import Context
from resolvers.join import Join, own_id


def beside(
    info: GraphQLResolveInfo[Context], joins: dict[str, dict[str, Join]]
) -> Iterator[Fetch[Any, Any, Any]]:
    """The fetches that the selected children make with their parent's id. `joins`: by type and field name.

    A selection under a directive is passed over: it may be skipped, and then nothing must be asked for it.
    """
    kind = get_named_type(info.return_type)
    if isinstance(kind, GraphQLObjectType):
        children = joins.get(kind.name, {})
        for node in info.field_nodes:
            for name in _selected(node.selection_set, info, set()):
                if name in children:
                    yield from (read.fetch for read in children[name].reads if read.key is own_id)


def _selected(
    selection_set: SelectionSetNode | None, info: GraphQLResolveInfo[Context], seen: set[str]
) -> Iterator[str]:
    for node in selection_set.selections if selection_set else ():
        match node:
            case _ if node.directives:
                continue
            case FieldNode():
                yield node.name.value
            case InlineFragmentNode():
                yield from _selected(node.selection_set, info, seen)
            case FragmentSpreadNode() if node.name.value not in seen:
                seen.add(node.name.value)
                yield from _selected(info.fragments[node.name.value].selection_set, info, seen)
