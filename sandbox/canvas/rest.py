"""The FHIR app: routes, reads and searches (FHIR R4 RESTful API; Canvas: the page of each resource)."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.canvas.bundle import bundle, page_of, plain_bundle
from sandbox.canvas.capability import capability_statement
from sandbox.canvas.outcomes import (
    BAD_REQUEST,
    NOT_SUPPORTED,
    UNAUTHENTICATED,
    RequestError,
    answer,
    outcome_answer,
    resource_answer,
    unknown,
)
from sandbox.canvas.plain_r4 import BASE
from sandbox.canvas.search import PARAMETERS, SORTABLE
from sandbox.canvas.store import Store
from sandbox.canvas.switches import Switches
from sandbox.canvas.wire import Resource
from sandbox.canvas.writes import Writes
from sandbox.journal import Journal
from sandbox.oauth import Tokens

Endpoint = Callable[[Request], Awaitable[Response]]

_FOR_ALL = frozenset({"_count", "_offset", "_format", "_pretty"})
_FORM = "application/x-www-form-urlencoded"


class Rest:
    """The endpoints of one resource type."""

    def __init__(self, type_: str, store: Store, switches: Switches, journal: Journal) -> None:
        self._type = type_
        self._store = store
        self._switches = switches
        self._journal = journal
        self._bundle = plain_bundle if switches.mode == "plain-r4" else bundle

    async def read(self, request: Request) -> Response:
        """The resource of that id."""
        resource = self._store.get(self._type, request.path_params["id"])
        if resource is None:
            raise RequestError(unknown(self._type, request.path_params["id"]))
        self._journal.note_unknown(request.url.path, request.query_params.keys() - {"_format", "_pretty"})
        return self._answer(resource, request)

    async def search(self, request: Request) -> Response:
        """A page of what matches. Parameters that Canvas does not know are ignored."""
        query = dict(request.query_params) | await _form(request)
        known = self._known()
        self._journal.note_unknown(request.url.path, query.keys() - known - _FOR_ALL)
        wanted = {name: value for name, value in query.items() if name in known}
        found = self._found(wanted)
        return self._answer(self._bundle(self._type, wanted, found, page_of(query, self._switches)), request)

    def _known(self) -> set[str]:
        names = set(PARAMETERS[self._type])
        if self._type == "Patient":
            names.add("_sort")
        if self._switches.code_systems == "valueset" and self._type == "Coverage":
            names.discard("identifier")  # came with the instances that write the member number as one
        return names

    def _found(self, wanted: Mapping[str, str]) -> list[Resource]:
        filters = {name: value for name, value in wanted.items() if name != "_sort"}
        found = self._store.search(self._type, {} if self._switches.mode == "ignores-filters" else filters)
        return _sorted(found, wanted["_sort"]) if "_sort" in wanted else found

    def _answer(self, resource: Resource, request: Request) -> Response:
        response = resource_answer(resource)
        if self._switches.mode != "plain-r4":
            return response
        base = str(request.base_url).rstrip("/")
        return answer(200, bytes(response.body).replace(BASE.encode(), base.encode()), _plain_headers())


def _plain_headers() -> dict[str, str]:
    return {"Content-Type": "application/fhir+json;charset=utf-8"}


def _sorted(found: list[Resource], order: str) -> list[Resource]:
    key = SORTABLE.get(order.removeprefix("-"))
    if key is None:
        raise RequestError(BAD_REQUEST)
    return sorted(found, key=key, reverse=order.startswith("-"))


async def _form(request: Request) -> dict[str, str]:
    if request.method != "POST" or request.headers.get("content-type", "").partition(";")[0] != _FORM:
        return {}
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace")))


def fhir_app(store: Store, tokens: Tokens, switches: Switches, journal: Journal, writes: Writes) -> Starlette:
    """The app of the FHIR host: 405 for what Canvas does not support, 404 for what it does not know."""
    guarded = partial(_guarded, tokens)
    routes = [Route("/metadata", _metadata, methods=["GET"])]
    for type_ in PARAMETERS:
        rest = Rest(type_, store, switches, journal)
        routes += [
            Route(f"/{type_}", guarded(rest.search), methods=["GET"]),
            Route(f"/{type_}/_search", guarded(rest.search), methods=["POST"]),
            Route(f"/{type_}/{{id}}", guarded(rest.read), methods=["GET"]),
        ]
    routes += [
        Route("/Coverage", guarded(writes.create), methods=["POST"]),
        Route("/Coverage/{id}", guarded(writes.update), methods=["PUT"]),
        Route("/CoverageEligibilityRequest", guarded(_not_supported)),
        Route("/CoverageEligibilityRequest/{id}", guarded(_not_supported)),
    ]
    app = Starlette(routes=routes, exception_handlers={RequestError: _problem, HTTPException: _http_problem})
    app.router.redirect_slashes = False
    return app


def _guarded(tokens: Tokens, endpoint: Endpoint) -> Endpoint:
    async def checked(request: Request) -> Response:
        if not tokens.good(request.headers.get("authorization", "")):
            raise RequestError(UNAUTHENTICATED)
        return await endpoint(request)

    return checked


async def _metadata(request: Request) -> Response:
    return resource_answer(capability_statement())


async def _not_supported(request: Request) -> Response:
    raise RequestError(NOT_SUPPORTED)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestError)
    return outcome_answer(error.outcome)


async def _http_problem(request: Request, error: Exception) -> Response:
    """A method that no route has; or a path that none matches, for which there is no OperationOutcome."""
    assert isinstance(error, HTTPException)
    if error.status_code == NOT_SUPPORTED.status:
        return outcome_answer(NOT_SUPPORTED)
    return answer(error.status_code, b'{"detail":"Not Found"}', {"Content-Type": "application/json"})
