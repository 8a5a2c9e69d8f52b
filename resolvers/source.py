"""How old a record is, against the operation's one moment."""

from connectors.record import Source
from resolvers.context import Context
from resolvers.join import FromContext


def _age(source: Source, context: Context) -> int:
    return max(0, int((context.now - source.fetched_at).total_seconds()))


age = FromContext(_age)
