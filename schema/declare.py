"""The one place that meets Strawberry's machinery: types over records, joined fields, arguments, inputs.

Strawberry declares and prints the types. At execution graphql-core finds plain functions: an attribute of the
record, or a join's answer.
"""

import enum
import inspect
import types
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from typing import Annotated, Any, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
import strawberry
from graphql import GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema
from strawberry.annotation import StrawberryAnnotation
from strawberry.directive import StrawberryDirective
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from resolvers.arguments import Arguments, Id
from resolvers.join import Join
from schema.facts import check_fact
from schema.resolve import Answer, Attribute

T = TypeVar("T")

DEFINITION = "strawberry-definition"

SCALARS: dict[object, object] = {Id: strawberry.ID, str: str, int: int, bool: bool, date: date}


class JoinedField(StrawberryField):
    """A field whose value is a join's answer, with the record that its arguments are read into."""

    join: Join
    arguments_record: type[Arguments] | None


def shown(description: str) -> Any:
    """A field that shows the record's attribute of the same name."""
    return StrawberryField(description=description)


def joined(join: Join, description: str, *, arguments: type[Arguments] | None = None) -> Any:
    """A field that shows what a join answers. Its arguments are the fields of the `arguments` record."""
    field = JoinedField(description=description)
    field.join = join
    field.arguments_record = arguments
    field.arguments = [] if arguments is None else _arguments(arguments)
    return field


def over(record: type) -> Callable[[type[T]], type[T]]:
    """Declare a GraphQL type over a record: what the class annotates is shown, its docstring describes it.

    Raises TypeError at import when the record lacks a fact that the type shows, or tells it otherwise: null
    where the type promises a value, or another scalar.
    """

    def declare(shape: type[T]) -> type[T]:
        for fact, told in shape.__annotations__.items():
            if not isinstance(vars(shape).get(fact), JoinedField):
                check_fact(shape.__name__, fact, told, record)
        return strawberry.type(shape, description=inspect.getdoc(shape))

    return declare


def enumeration(codes: type[enum.Enum]) -> None:
    """Show a closed list of codes as a GraphQL enum, described by its docstring."""
    strawberry.enum(codes, description=inspect.getdoc(codes))


class Graph(NamedTuple):
    """A schema ready to execute, and its text in the schema definition language."""

    schema: GraphQLSchema
    sdl: str


def root(shape: type[T]) -> type[T]:
    """Declare the root type: it stands over no record, so all of its fields are joined."""
    return strawberry.type(shape, description=inspect.getdoc(shape))


def build(query: type, directives: Sequence[StrawberryDirective[Any]] = ()) -> Graph:
    """The graph below this root type, with the directives that operations may have."""
    declared = strawberry.Schema(query, directives=directives)
    executable = declared._schema  # noqa: SLF001  # Strawberry offers the graphql-core schema nowhere else
    for kind in executable.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            _resolve_directly(kind)
        if isinstance(kind, GraphQLInputObjectType):
            _check_one_of_early(kind)
    return Graph(executable, declared.as_str())


def _resolve_directly(kind: GraphQLObjectType) -> None:
    """Give each field the plain function that answers it, in place of Strawberry's wrapper around one."""
    for field in kind.fields.values():
        definition = field.extensions.get(DEFINITION)
        if isinstance(definition, JoinedField):
            field.resolve = Answer(definition.join, definition.arguments_record)
        elif definition is not None:
            field.resolve = Attribute(definition.python_name)


def _check_one_of_early(kind: GraphQLInputObjectType) -> None:
    """Let graphql-core check @oneOf, in validation too: Strawberry's own check is late and its error bare."""
    definition = kind.extensions.get(DEFINITION)
    if definition is not None and definition.is_one_of:
        kind.is_one_of = True
        kind.out_type = GraphQLInputObjectType.out_type  # type: ignore[method-assign]  # the one that does nothing


def _arguments(record: type[Arguments]) -> list[StrawberryArgument]:
    hints = get_type_hints(record, include_extras=True)
    return [
        StrawberryArgument(
            python_name=field.name,
            graphql_name=None,
            type_annotation=StrawberryAnnotation(_spelled(hints[field.name])),
            description=_described(hints[field.name]),
            **({} if field.required else {"default": _default(field)}),
        )
        for field in msgspec.structs.fields(record)
    ]


def _default(field: msgspec.structs.FieldInfo) -> Any:
    """What the SDL prints as the default: nothing where there is none or where it means "not given"."""
    return field.default if isinstance(field.default, int | str) else strawberry.UNSET


def _described(hint: Any) -> str | None:
    """The description that an annotation carries (`msgspec.Meta`)."""
    extras = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((extra.description for extra in extras if isinstance(extra, msgspec.Meta)), None)


def _input_field(field: msgspec.structs.FieldInfo, hint: Any) -> Any:
    description = _described(hint)
    if field.required:
        return strawberry.field(description=description)
    return strawberry.field(description=description, default=_default(field))


def _spelled(hint: Any) -> Any:
    """A record's annotation in Strawberry's words."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _spelled(inner[0])
    if origin in (Union, types.UnionType):
        return Union[tuple(_spelled(one) for one in inner)]  # noqa: UP007  # built from values
    if origin is tuple:
        return list[_spelled(inner[0])]  # type: ignore[misc]  # built from values
    if isinstance(hint, type) and issubclass(hint, Arguments):
        return _input(hint)
    return SCALARS.get(hint, hint)


@cache
def _input(record: type[Arguments]) -> type:
    """The input object of an arguments record: made once, since a schema knows each name once."""
    hints = get_type_hints(record, include_extras=True)
    facts = {field.name: _spelled(hints[field.name]) for field in msgspec.structs.fields(record)}
    fields = {field.name: _input_field(field, hints[field.name]) for field in msgspec.structs.fields(record)}
    shape = type(record.__name__, (), {"__annotations__": facts, **fields})
    return strawberry.input(shape, one_of=record.one_of, description=inspect.getdoc(record))
