"""Bytes to a page of one of the clinic's lists, whichever of three envelopes it came in.

A bare array; an object with the array under the list's name; one with it under `data`. The insurances API
does not document its envelope; `pagination` is as the vendor prints it for other lists.
"""

from collections.abc import Sequence
from typing import Annotated, Generic, NamedTuple, TypeAlias, TypeVar

import msgspec

from connectors.clinic.records import ClinicRecord
from connectors.errors import BadResponse
from connectors.fhir.datatypes import UnsignedInt
from connectors.record import Record, stamp, stamp_each
from connectors.upstream import Reply, Upstream

R = TypeVar("R", bound=ClinicRecord)
E = TypeVar("E")

MOST_ENTRIES = 1000
"""On one page: ten times what is asked for, for a clinic that does not turn pages and sends all at once."""

Entries: TypeAlias = Annotated[tuple[E, ...], msgspec.Meta(max_length=MOST_ENTRIES)]


class Pagination(Record, frozen=True, kw_only=True):
    """Where a page lies. Pages count from 1; an empty list may have none."""

    current_page: UnsignedInt
    total_pages: UnsignedInt
    total_count: UnsignedInt | None = None


class Envelope(Record, Generic[E], frozen=True, kw_only=True):
    """An object around a list."""

    person_informations: Entries[E] | None = None
    dependents: Entries[E] | None = None
    plans: Entries[E] | None = None
    data: Entries[E] | None = None
    pagination: Pagination | None = None


Body: TypeAlias = Envelope[E] | Entries[E]


class Page(NamedTuple, Generic[R]):
    """The records of one page, in order, out of its `size` entries, and what it says about itself."""

    records: tuple[R, ...]
    size: int
    pagination: Pagination | None

    @property
    def bad_entries(self) -> int:
        """How many of its entries could not be read."""
        return self.size - len(self.records)

    @property
    def promises_more(self) -> bool:
        """Whether it says that pages follow. Without a pagination object it does not say."""
        return self.pagination is not None and self.pagination.current_page < self.pagination.total_pages

    def __repr__(self) -> str:
        return "<Page>"


class Reader(Generic[R]):
    """Reads and stamps the answers of one upstream about one kind of record. `name` is its list's."""

    def __init__(self, upstream: Upstream, record: type[R], name: str) -> None:
        self._upstream = upstream
        self._name = name
        self._one = msgspec.json.Decoder(record)
        self._whole: msgspec.json.Decoder[Body[R]]
        self._whole = msgspec.json.Decoder(Envelope[record] | Entries[record])  # type: ignore[valid-type]  # known only now
        self._parts = msgspec.json.Decoder(Envelope[msgspec.Raw] | Entries[msgspec.Raw])

    def one(self, reply: Reply, record_id: str) -> R:
        """The record of this id. Raises BadResponse when the answer is anything else."""
        record = self._upstream.decode(self._one, reply.body)
        if record.id != record_id:
            raise BadResponse(self._upstream.system)
        return stamp(record, reply.source)

    def page(self, reply: Reply) -> Page[R]:
        """A page of the list. Raises BadResponse when the answer holds none."""
        try:
            entries, pagination = self._opened(self._upstream.decode(self._whole, reply.body))
            records: Sequence[R | None] = entries
        except BadResponse:
            parts, pagination = self._opened(self._upstream.decode(self._parts, reply.body))
            records = [self._part(bytes(raw)) for raw in parts]
        good = tuple([record for record in records if record is not None])
        return Page(stamp_each(good, reply.source), len(records), pagination)

    def _opened(self, body: Body[E]) -> tuple[tuple[E, ...], Pagination | None]:
        if isinstance(body, tuple):
            return body, None
        named: tuple[E, ...] | None = getattr(body, self._name)
        entries = body.data if named is None else named
        if entries is None:
            raise BadResponse(self._upstream.system)
        return entries, body.pagination

    def _part(self, raw: bytes) -> R | None:
        try:
            return self._upstream.decode(self._one, raw)
        except BadResponse:
            return None
