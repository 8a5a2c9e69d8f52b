"""What answers a field: an attribute of its record, or a join. graphql-core calls these as resolvers."""

from typing import Any

import msgspec
from graphql import GraphQLResolveInfo

from resolvers.arguments import Arguments
from resolvers.context import Context
from resolvers.join import Join


class Attribute:
    """The record's attribute of this name."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, record: Any, _: GraphQLResolveInfo[Context]) -> Any:
        """The value."""
        return getattr(record, self.name)


class Answer:
    """What a join answers, asked with a record of its field's arguments (None: the field has none)."""

    __slots__ = ("_arguments", "join")

    def __init__(self, join: Join, arguments: type[Arguments] | None) -> None:
        self.join = join
        self._arguments = arguments

    def __call__(self, record: Any, info: GraphQLResolveInfo[Context], **given: Any) -> Any:
        """The value, or an awaitable of it."""
        return self.join.answer(record, self.asked(given), info.context, info.path)

    def asked(self, given: dict[str, Any]) -> Arguments | None:
        """The coerced arguments of the field as their record."""
        return None if self._arguments is None else msgspec.convert(given, self._arguments)
