"""FHIR servers as functions: one answer to everything, or a search cut into pages."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from connectors.fhir.rest import Fhir
from connectors.upstream import Upstream
from tests.connectors.over_httpx import OverHttpx

BASE = "https://fhir.example"
MEDIA = {"content-type": "application/fhir+json"}


def fhir(handler: Callable[[httpx.Request], httpx.Response], **options: Any) -> Fhir:
    """The FHIR API that answers as `handler` does."""
    return Fhir(Upstream("canvas", BASE, client=OverHttpx(httpx.MockTransport(handler))), **options)


def answer(body: bytes) -> httpx.Response:
    """A FHIR answer of status 200."""
    return httpx.Response(200, content=body, headers=MEDIA)


def answering(body: bytes, **options: Any) -> Fhir:
    """The FHIR API that has one answer to everything."""
    return fhir(lambda _: answer(body), **options)


def resource(resource_id: str, kind: str = "Organization", **elements: Any) -> dict[str, Any]:
    """A resource, by default of a type that needs nothing but an id."""
    return {"resourceType": kind, "id": resource_id, **elements}


def bundle(resources: Sequence[object], links: Mapping[str, str] | None = None, **elements: Any) -> bytes:
    """A search's page; links by relation."""
    printed = [{"relation": relation, "url": url} for relation, url in (links or {}).items()]
    entries = [{"resource": one} for one in resources]
    whole = {"resourceType": "Bundle", "type": "searchset", "link": printed, "entry": entries, **elements}
    return json.dumps(whole).encode()
