"""Bytes to resources: one alone, or a page of a search, where a bad entry costs that entry only."""

from collections.abc import Iterable
from typing import Generic, NamedTuple, TypeAlias, TypeVar

import msgspec

from connectors.errors import BadResponse
from connectors.fhir.bundle import Bundle, Entry
from connectors.fhir.reference import is_id, make_relative
from connectors.fhir.resource import Heading, OperationOutcome, Resource
from connectors.record import stamp_each
from connectors.upstream import Reply, Upstream

R = TypeVar("R", bound=Resource)
E = TypeVar("E")
BundleDecoder: TypeAlias = msgspec.json.Decoder[Bundle[E] | OperationOutcome]


class Page(NamedTuple, Generic[R]):
    """The records of one page, in order, and the links that it printed to the next one and to itself."""

    records: tuple[R, ...]
    bad_entries: int
    total: int | None
    next_link: str | None
    self_link: str | None

    def __repr__(self) -> str:
        return "<Page>"


class Reader(Generic[R]):
    """Reads the answers of one upstream about one type of resource, and stamps what it reads.

    References below `base_url` become relative ones.
    """

    def __init__(self, upstream: Upstream, resource: type[R], base_url: str) -> None:
        self._upstream = upstream
        self._resource = resource
        self._base_url = base_url
        self._host = base_url.partition("://")[2].partition("/")[0].encode()
        expected = resource | OperationOutcome  # why not `resource` alone: see OperationOutcome
        entry = Entry[expected]  # type: ignore[valid-type]  # a type that is known only now
        self._one: msgspec.json.Decoder[R | OperationOutcome] = msgspec.json.Decoder(expected)
        self._entry: msgspec.json.Decoder[Entry[R | OperationOutcome]] = msgspec.json.Decoder(entry)
        self._whole: BundleDecoder[Entry[R | OperationOutcome]]
        self._whole = msgspec.json.Decoder(Bundle[entry] | OperationOutcome)
        self._parts: BundleDecoder[msgspec.Raw] = msgspec.json.Decoder(Bundle[msgspec.Raw] | OperationOutcome)
        self._heading = msgspec.json.Decoder(Entry[Heading])

    def one(self, reply: Reply, resource_id: str) -> R:
        """The resource of this id. Raises BadResponse when the answer is anything else."""
        record = self._upstream.decode(self._one, reply.body)
        if not isinstance(record, self._resource) or record.id != resource_id:
            raise BadResponse(self._upstream.system)
        return self._received((record,), reply)[0]

    def page(self, reply: Reply) -> Page[R]:
        """A page of the search for this type. Raises BadResponse when the answer is no Bundle."""
        try:
            whole = self._bundle(self._whole, reply)
        except BadResponse:
            parts = self._bundle(self._parts, reply)
            return self._page(parts, [self._part(bytes(raw)) for raw in parts.entry], reply)
        return self._page(whole, whole.entry, reply)

    def _bundle(self, decoder: BundleDecoder[E], reply: Reply) -> Bundle[E]:
        bundle = self._upstream.decode(decoder, reply.body)
        if isinstance(bundle, OperationOutcome):
            raise BadResponse(self._upstream.system)
        return bundle

    def _page(
        self, bundle: Bundle[E], entries: Iterable[Entry[R | OperationOutcome] | None], reply: Reply
    ) -> Page[R]:
        good: list[R] = []
        bad = 0
        for entry in entries:
            if entry is None:
                bad += 1
            elif isinstance(entry.resource, self._resource) and entry.is_match:
                if is_id(entry.resource.id):
                    good.append(entry.resource)
                else:
                    bad += 1
        records = self._received(tuple(good), reply)
        return Page(records, bad, bundle.total, bundle.url("next"), bundle.url("self"))

    def _part(self, raw: bytes) -> Entry[R | OperationOutcome] | None:
        # An entry by itself: None when it is, or may be, one of ours and cannot be read.
        try:
            heading = self._upstream.decode(self._heading, raw)
            if heading.resource and heading.resource.resource_type not in {"", self._resource.__name__}:
                return Entry()
            return self._upstream.decode(self._entry, raw) if heading.is_match else Entry()
        except BadResponse:
            return None

    def _received(self, records: tuple[R, ...], reply: Reply) -> tuple[R, ...]:
        if self._host and self._host in reply.body:
            make_relative(records, self._base_url)
        return stamp_each(records, reply.source)
