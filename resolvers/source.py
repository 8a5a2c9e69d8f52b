"""How old a record is, against the operation's one moment, and whether that is too old."""

from connectors.record import Source
from resolvers.context import Context
from resolvers.join import FromContext


def _age(source: Source, context: Context) -> int:
    return max(0, int((context.now - source.fetched_at).total_seconds()))


def _stale(source: Source, context: Context) -> bool:
    return context.pins.is_stale(source)


age = FromContext(_age)
stale = FromContext(_stale)
