"""The clinic's app: routes, authentication, lists and reads (clinic insurances API)."""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.status import HTTP_404_NOT_FOUND

from sandbox.clinic.answers import NOT_AUTHORIZED, Problem, json_answer, problem_answer
from sandbox.clinic.pages import page
from sandbox.clinic.switches import Switches
from sandbox.clinic.tables import Table, Tables
from sandbox.clinic.writes import Writes
from sandbox.journal import Journal

Endpoint = Callable[[Request], Awaitable[Response]]

_BASE = "/v1/clinic/insurances"
_ID = re.compile(r"[0-9]{1,18}")
_PAGING = frozenset({"page", "page_size"})


class Rest:
    """The reading endpoints of one table. `name` is the last segment of its path."""

    def __init__(self, name: str, table: Table, switches: Switches, journal: Journal) -> None:
        self._name = name
        self._table = table
        self._switches = switches
        self._journal = journal

    async def list(self, request: Request) -> Response:
        """A page of the rows that match. Unknown parameters are ignored, and so are blank ones."""
        query = dict(request.query_params)
        self._journal.note_unknown(request.url.path, query.keys() - self._table.filters.keys() - _PAGING)
        found = self._table.search(self._wanted(query))
        return json_answer(page(self._name, found, query, self._switches))

    def _wanted(self, query: Mapping[str, str]) -> dict[str, str]:
        return {name: query[name].strip() for name in self._table.filters if query.get(name, "").strip()}

    async def read(self, request: Request) -> Response:
        """The row of that id."""
        self._journal.note_unknown(request.url.path, request.query_params.keys())
        id_ = request.path_params["id"]
        row = self._table.get(int(id_)) if _ID.fullmatch(id_) else None
        if row is None:
            raise Problem(HTTP_404_NOT_FOUND, "Person information not found")
        return json_answer(row)


def clinic_app(
    tables: Tables, token: str, switches: Switches, journal: Journal, clock: Callable[[], float]
) -> Starlette:
    """The app: 404 for every path and method that the clinic does not document."""
    guarded = partial(_guarded, token, switches.auth_refusal)
    writes = Writes(tables, clock)
    rests = {name: Rest(name, getattr(tables, name), switches, journal) for name in tables._fields[:3]}
    routes = [Route(f"{_BASE}/{name}", guarded(rest.list), methods=["GET"]) for name, rest in rests.items()]
    one = guarded(rests["person_informations"].read)
    routes += [
        Route(f"{_BASE}/person_informations/{{id}}", one, methods=["GET"]),
        Route(f"{_BASE}/person_informations", guarded(writes.person_information), methods=["POST"]),
        Route(f"{_BASE}/dependents", guarded(writes.dependent), methods=["POST"]),
    ]
    app = Starlette(routes=routes, exception_handlers={Problem: _problem, HTTPException: _nothing_there})
    app.router.redirect_slashes = False
    return app


def _guarded(token: str, refusal: int, endpoint: Endpoint) -> Endpoint:
    async def checked(request: Request) -> Response:
        if request.headers.get("x-user-token") != token:
            raise Problem(refusal, NOT_AUTHORIZED)
        return await endpoint(request)

    return checked


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return problem_answer(error)


async def _nothing_there(request: Request, error: Exception) -> Response:
    """Neither this path nor this method: a Rails router does not tell which."""
    return problem_answer(Problem(HTTP_404_NOT_FOUND, "Not Found"))
