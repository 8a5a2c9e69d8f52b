"""One page of a search (Canvas: Pagination; FHIR R4 Bundle of type searchset)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from sandbox.canvas.outcomes import BAD_REQUEST, RequestError
from sandbox.canvas.plain_r4 import BASE
from sandbox.canvas.switches import Switches
from sandbox.canvas.wire import Resource

_DIGITS = 9


class Page(NamedTuple):
    """How many entries at most, after how many others."""

    size: int
    offset: int


def page_of(query: Mapping[str, str], switches: Switches) -> Page:
    """The page that is asked for. More than the cap is the cap."""
    size = _number(query.get("_count", str(switches.page_size)))
    if size == 0:
        raise RequestError(BAD_REQUEST)
    return Page(min(size, switches.page_cap), _number(query.get("_offset", "0")))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise RequestError(BAD_REQUEST)
    return int(text)


def bundle(type_: str, wanted: Mapping[str, str], found: Sequence[Resource], page: Page) -> Resource:
    """A page as Canvas writes it: relative links, entries of a resource only, an empty result bare."""
    result: Resource = {"resourceType": "Bundle", "type": "searchset", "total": len(found)}
    if not found:
        return result
    entries = [{"resource": resource} for resource in found[page.offset : page.offset + page.size]]
    links = _links(f"/{type_}", wanted, len(found), page)
    return result | {"link": links} | ({"entry": entries} if entries else {})


def plain_bundle(type_: str, wanted: Mapping[str, str], found: Sequence[Resource], page: Page) -> Resource:
    """A page as another R4 server may write it: absolute links, and entries that are no matches."""
    resources = found[page.offset : page.offset + page.size]
    return {
        "resourceType": "Bundle",
        "id": "a-page",
        "meta": {"lastUpdated": "2025-03-01T09:30:00Z"},
        "type": "searchset",
        "total": len(found),
        "link": _links(f"{BASE}/{type_}", wanted, max(len(found), 1), page),
        "entry": [*_strangers(), *(_match(resource) for resource in resources)],
    }


def _match(resource: Resource) -> Resource:
    url = f"{BASE}/{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": url, "resource": resource, "search": {"mode": "match", "score": 1.0}}


def _strangers() -> list[Resource]:
    """What R4 lets a server put among the matches: a warning, and an included resource of another type."""
    text = {"severity": "information", "code": "informational", "details": {"text": "Slow today"}}
    practitioner = {"resourceType": "Practitioner", "id": "someone", "name": [{"family": "Marsh"}]}
    return [
        {"resource": {"resourceType": "OperationOutcome", "issue": [text]}, "search": {"mode": "outcome"}},
        {"fullUrl": f"{BASE}/Practitioner/someone", "resource": practitioner, "search": {"mode": "include"}},
    ]


def _links(path: str, wanted: Mapping[str, str], total: int, page: Page) -> list[Resource]:
    offsets = {"self": page.offset, "first": 0}
    if page.offset + page.size < total:
        offsets["next"] = page.offset + page.size
    offsets["last"] = (total - 1) // page.size * page.size
    return [{"relation": name, "url": _url(path, wanted, page.size, at)} for name, at in offsets.items()]


def _url(path: str, wanted: Mapping[str, str], size: int, offset: int) -> str:
    return f"{path}?{urlencode({**wanted, '_count': size, '_offset': offset})}"
