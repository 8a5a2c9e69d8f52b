"""What every record of an upstream has in common."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A frozen piece of an upstream's answer. Its `repr` names its type only: a record is personal data.

    The garbage collector does not look at it: what was JSON makes no circles. One that has facts is declared
    with `dict=True, gc=True` (see `fact`), which msgspec takes together only.
    """

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class Source(Record, frozen=True, kw_only=True):
    """Which upstream a record came from (`system`), and when its answer had arrived (UTC)."""

    system: str
    fetched_at: datetime


LONG_AGO = datetime.min.replace(tzinfo=UTC)
"""Before every instant: where a record that tells none is sorted."""

UNSTAMPED = Source(system="", fetched_at=datetime.fromtimestamp(0, UTC))


class Sourced(Record, frozen=True, kw_only=True):
    """A record that stands for itself in the graph and tells where it came from.

    The wire cannot set `source`: whatever it sends under that odd name is overwritten by `stamp`.
    """

    source: Source = msgspec.field(default=UNSTAMPED, name="(source)")

    @property
    def about(self) -> tuple[str | None, ...]:
        """The patients whom it tells of, by the ids that its upstream has for them; None names nobody."""
        return (getattr(self, "patient_id", None),)


S = TypeVar("S", bound=Sourced)
Several = TypeVar("Several", bound=Iterable[Sourced])


def stamp(record: S, source: Source) -> S:
    """The same record, told where it came from. Only for one just decoded, which nobody else holds yet."""
    msgspec.structs.force_setattr(record, "source", source)
    return record


def stamp_each(records: Several, source: Source) -> Several:
    """`stamp` for each of several."""
    for record in records:
        msgspec.structs.force_setattr(record, "source", source)
    return records
