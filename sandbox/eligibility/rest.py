"""The eligibility service's app: one search (eligibility v2: Get Eligibility History), and tokens."""

import re
from collections.abc import Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.status import HTTP_200_OK, HTTP_400_BAD_REQUEST, HTTP_401_UNAUTHORIZED

from sandbox.checks import Check
from sandbox.eligibility.answers import INVALID, NOT_FOUND, UNAUTHORIZED, Problem, data_answer, problem_answer
from sandbox.eligibility.switches import NoRecord, Switches
from sandbox.eligibility.tokens import token_endpoint
from sandbox.eligibility.wire import record
from sandbox.journal import Journal
from sandbox.oauth import Tokens
from sandbox.population import Population

Endpoint = Callable[[Request], Awaitable[Response]]

SEARCH = "/apis/eligibility/v2/insurance/eligibility/search"
TOKEN = "/apis/v2/oauth/token"  # noqa: S105  # a path
_PARAMETERS = frozenset({"patient_id", "insurance_number", "channel_id"})
_INTEGER = re.compile(r"[0-9]{1,18}")
_SIZE = 10


class Search:
    """The search endpoint. A member number is found only as it was stored, to the letter."""

    def __init__(self, people: Population, switches: Switches, journal: Journal) -> None:
        self._people = people
        self._switches = switches
        self._journal = journal

    async def search(self, request: Request) -> Response:
        """The records of a patient and a member number, newest first. Unknown parameters are ignored."""
        query = request.query_params
        self._journal.note_unknown(request.url.path, query.keys() - _PARAMETERS)
        patient, number = query.get("patient_id", ""), query.get("insurance_number", "")
        if not _INTEGER.fullmatch(patient) or not number.strip():
            raise self._invalid()
        found = self._people.enquiries.get((int(patient), number), ())
        channel = query.get("channel_id")
        return data_answer(self._page([check for check in found if channel in (None, "", check.channel)]))

    def _invalid(self) -> Problem:
        status = HTTP_400_BAD_REQUEST if self._switches.error_style == "http-400" else HTTP_200_OK
        return Problem(status, INVALID, "Invalid patient_id or insurance_number")

    def _page(self, found: Sequence[Check]) -> object:
        if not found:
            return _nothing(self._switches.no_record)
        told = found[:_SIZE] if self._switches.history == "all" else found[:1]
        return _paged([record(check) for check in told], len(told))


def _nothing(no_record: NoRecord) -> object:
    match no_record:
        case "empty-list":
            return _paged([], 0)
        case "null-content":
            return _paged(None, 0)
        case "null-data":
            return None


def _paged(content: list[dict[str, object]] | None, total: int) -> dict[str, object]:
    pages = -(-total // _SIZE)
    return {"content": content, "total_elements": total, "total_pages": pages, "page": 0, "size": _SIZE}


def eligibility_app(
    people: Population, tokens: Tokens, client: tuple[str, str], switches: Switches, journal: Journal
) -> Starlette:
    """The app: everything that is not simulated is not found."""
    search = Search(people, switches, journal).search
    routes = [
        Route(TOKEN, token_endpoint(tokens, client), methods=["POST"]),
        Route(SEARCH, _guarded(tokens, search), methods=["GET"]),
    ]
    app = Starlette(routes=routes, exception_handlers={Problem: _problem, HTTPException: _http_problem})
    app.router.redirect_slashes = False
    return app


def _guarded(tokens: Tokens, endpoint: Endpoint) -> Endpoint:
    async def checked(request: Request) -> Response:
        if not tokens.good(request.headers.get("authorization", "")):
            raise Problem(HTTP_401_UNAUTHORIZED, UNAUTHORIZED, "Unauthorized")
        return await endpoint(request)

    return checked


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return problem_answer(error)


async def _http_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem_answer(Problem(error.status_code, NOT_FOUND, error.detail))
