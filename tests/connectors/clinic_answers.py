"""Clinics as functions, and the envelopes that they send lists in."""

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import httpx

from connectors.clinic.connector import Clinic
from connectors.clinic.refusal import refusal
from connectors.retry import Backoff
from connectors.upstream import Upstream
from tests.connectors.over_httpx import OverHttpx

Handler: TypeAlias = Callable[[httpx.Request], httpx.Response]
Row: TypeAlias = dict[str, Any]
Envelope: TypeAlias = Callable[[str, Sequence[object], dict[str, int]], object]

ENVELOPES: dict[str, Envelope] = {
    "bare": lambda name, rows, pagination: rows,
    "plural": lambda name, rows, pagination: {name: rows, "pagination": pagination},
    "plural alone": lambda name, rows, pagination: {name: rows},
    "data": lambda name, rows, pagination: {"data": rows, "pagination": pagination},
    "data alone": lambda name, rows, pagination: {"data": rows, "meta": {}},
}


async def _at_once(seconds: float) -> None:
    """No pause between tries."""


def clinic(handler: Handler) -> Clinic:
    """The clinic that answers as `handler` does."""
    client = OverHttpx(httpx.MockTransport(handler))
    backoff = Backoff(sleep=_at_once)
    upstream = Upstream("clinic", "https://clinic.example", client=client, explain=refusal, backoff=backoff)
    return Clinic(upstream, "test")


def answering(body: object, status: int = 200) -> Clinic:
    """The clinic that has one answer to everything: a JSON value, or bytes as they are."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    media = {"content-type": "application/json"}
    return clinic(lambda _: httpx.Response(status, content=content, headers=media))


def person(row_id: object, **elements: object) -> Row:
    """A person information of the patient 7."""
    return {"id": row_id, "ownable_id": 7, "ownable_type": "Patient", **elements}


def rows(count: int) -> list[Row]:
    """As many rows, with ids from 1."""
    return [person(number) for number in range(1, count + 1)]


def paged(all_rows: Sequence[object], envelope: Envelope, cap: int = 100) -> Handler:
    """A list in pages of the size that is asked for, at most `cap`, whatever the filter."""

    def handler(request: httpx.Request) -> httpx.Response:
        size = min(int(request.url.params["page_size"]), cap)
        number = int(request.url.params["page"])
        pagination = {
            "current_page": number,
            "total_pages": -(-len(all_rows) // size),
            "total_count": len(all_rows),
            "per_page": size,
        }
        name = request.url.path.rpartition("/")[2]
        page = all_rows[(number - 1) * size : number * size]
        return httpx.Response(200, json=envelope(name, page, pagination))

    return handler
