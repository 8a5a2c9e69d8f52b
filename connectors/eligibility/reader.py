"""Bytes to a history: the service's envelope, where a bad entry costs that entry only."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated, Any, Generic, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from connectors.eligibility.check import EligibilityCheck
from connectors.eligibility.history import History
from connectors.eligibility.instants import instant
from connectors.eligibility.outcome import as_told
from connectors.eligibility.search import HistorySearch
from connectors.errors import BadResponse, Rejected
from connectors.fhir.datatypes import UnsignedInt
from connectors.record import LONG_AGO, Record, stamp
from connectors.upstream import Reply, Upstream

E = TypeVar("E")

SUCCESS = 2000
MOST_CHECKS = 2000
"""In one history, which the service does not page for us: a check on every day of more than five years."""


class Heading(Record, frozen=True, kw_only=True):
    """What the envelope says of itself: 2000 for success, above for an error."""

    code: int
    message: str | None = None


class Page(Record, Generic[E], frozen=True, kw_only=True):
    """Seed 004's Paged Data."""

    content: Annotated[tuple[E, ...], msgspec.Meta(max_length=MOST_CHECKS)] | None = None
    total_elements: UnsignedInt | None = None
    total_pages: UnsignedInt | None = None
    page: UnsignedInt | None = None
    size: UnsignedInt | None = None


class Envelope(Heading, Generic[E], frozen=True, kw_only=True):
    """A successful answer. No record at all is no data, no content or empty content."""

    data: Page[E] | None = None

    @property
    def entries(self) -> tuple[E, ...]:
        """The records, in the service's order: newest first."""
        return (self.data.content if self.data else None) or ()


HEADING = msgspec.json.Decoder(Heading)
WHOLE = msgspec.json.Decoder(Envelope[EligibilityCheck])
PARTS = msgspec.json.Decoder(Envelope[msgspec.Raw])
CHECK = msgspec.json.Decoder(EligibilityCheck)


class Reader:
    """Reads the answers of one upstream, whose instants are of `timezone`."""

    def __init__(self, upstream: Upstream, timezone: ZoneInfo) -> None:
        self._upstream = upstream
        self._timezone = timezone

    def accept(self, reply: Reply) -> None:
        """Return when the answer is an envelope that tells success.

        Raises:
            Rejected: it tells an error, of which the service documents no other kind.
            BadResponse: it is no such envelope.
        """
        self._check(self._upstream.decode(HEADING, reply.body).code)

    def _check(self, code: int) -> None:
        if code > SUCCESS:
            raise Rejected(self._upstream.system)
        if code != SUCCESS:
            raise BadResponse(self._upstream.system)

    def history(self, reply: Reply, search: HistorySearch) -> History:
        """The checks that were sought. Raises what `accept` does."""
        envelope, checks, bad_entries = self._opened(reply)
        found = [self._received(check, reply) for check in checks if search.matches(check)]
        page = envelope.data or Page()
        history = History(
            items=tuple(sorted(found, key=lambda check: check.timestamp or LONG_AGO, reverse=True)),
            bad_entries=bad_entries,
            code=envelope.code,
            message=envelope.message,
            total_elements=page.total_elements,
            total_pages=page.total_pages,
            page=page.page,
            size=page.size,
        )
        return stamp(history, reply.source)

    def _opened(self, reply: Reply) -> tuple[Envelope[Any], tuple[EligibilityCheck, ...], int]:
        try:
            whole = self._upstream.decode(WHOLE, reply.body)
            self._check(whole.code)
        except BadResponse:
            self.accept(reply)
            parts = self._upstream.decode(PARTS, reply.body)
            good = tuple(self._readable(parts.entries))
            return parts, good, len(parts.entries) - len(good)
        return whole, whole.entries, 0

    def _readable(self, sent: tuple[msgspec.Raw, ...]) -> Iterator[EligibilityCheck]:
        for raw in sent:
            with suppress(BadResponse):
                yield self._upstream.decode(CHECK, bytes(raw))

    def _received(self, check: EligibilityCheck, reply: Reply) -> EligibilityCheck:
        told = instant(check.timestamp_text, self._timezone)
        msgspec.structs.force_setattr(check, "timestamp", told)  # as `stamp` does: nobody else holds it yet
        if check.errors_sent:
            msgspec.structs.force_setattr(check, "errors_sent", as_told(check.errors_sent))
        return stamp(check, reply.source)
