"""Eligibility services as functions, and the bodies they send."""

import json
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from connectors.eligibility.connector import Eligibility
from connectors.eligibility.history import History
from connectors.eligibility.search import HistorySearch
from connectors.retry import Backoff
from connectors.upstream import Upstream
from tests.connectors.over_httpx import OverHttpx

JANE = HistorySearch(patient_id="12345", member_id="W585965926")
ODETTE = HistorySearch(patient_id="880231", member_id="ZQX4471902")


async def _at_once(seconds: float) -> None:
    """No pause between tries."""


def eligibility(handler: Callable[[httpx.Request], httpx.Response], zone: str = "UTC") -> Eligibility:
    """The service that answers as `handler` does."""
    client = OverHttpx(httpx.MockTransport(handler))
    upstream = Upstream("eligibility", "https://elig.example", client=client, backoff=Backoff(sleep=_at_once))
    return Eligibility(upstream, "test", ZoneInfo(zone))


def answering(body: bytes, status: int = 200, zone: str = "UTC") -> Eligibility:
    """The service that has one answer to everything."""
    media = {"content-type": "application/json"}
    return eligibility(lambda _: httpx.Response(status, content=body, headers=media), zone)


async def told(data: object, search: HistorySearch = JANE, zone: str = "UTC") -> History:
    """What the service's success with this data is read as."""
    body = json.dumps({"code": 2000, "message": "Success", "data": data}).encode()
    return await answering(body, zone=zone).history(search)


def record(enquiry_id: str = "e1", **elements: Any) -> dict[str, Any]:
    """A record for JANE, as bare as one may be."""
    known = {"eligibility_enquiry_id": enquiry_id, "patient_id": 12345, "insurance_number": "W585965926"}
    return {**known, **elements}


def page(*records: object) -> dict[str, Any]:
    """Paged data of these records."""
    return {
        "content": list(records),
        "total_elements": len(records),
        "total_pages": 1,
        "page": 0,
        "size": 10,
    }
