"""How old a record is, against the operation's one moment."""

from typing import Any

from connectors.record import Source
from resolvers.context import Context, Path
from resolvers.join import Join


class Age(Join):
    """Whole seconds since a source's answer came, never negative."""

    def answer(self, record: Source, arguments: Any, context: Context, path: Path) -> int:
        """Follows from the context alone."""
        return max(0, int((context.now - record.fetched_at).total_seconds()))


age = Age(reads=(), then=lambda record, _: record)
