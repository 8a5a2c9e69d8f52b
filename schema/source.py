"""Where a record came from, and how old it is."""

from datetime import datetime

from connectors import record
from resolvers import source
from schema.declare import joined, over, shown


@over(record.Source)
class Source:
    """Where a record came from, and when."""

    system: str = shown("The upstream: `canvas`, `clinic` or `eligibility`.")
    fetched_at: datetime = shown("When its answer had arrived (UTC).")
    age: int = joined(source.age, "Whole seconds between that and this answer.")
    stale: bool = joined(
        source.stale, "Whether it is past its fresh age, or as old as `@freshness(maxAge:)` forbids."
    )
