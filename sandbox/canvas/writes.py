"""Creating and updating coverages (Canvas: Coverage create and update, Conditional requests)."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import count

from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_200_OK, HTTP_201_CREATED

from sandbox.canvas.accepted import Desk
from sandbox.canvas.outcomes import BAD_REQUEST, CHANGED, Issue, Outcome, RequestError, answer, unknown
from sandbox.canvas.ranks import make_room
from sandbox.canvas.store import Store
from sandbox.canvas.switches import Switches
from sandbox.canvas.wire import Resource
from sandbox.ids import uuid
from sandbox.population import Population


class Writes:
    """The two endpoints that change something. `clock` tells seconds since 1970."""

    def __init__(
        self, store: Store, population: Population, switches: Switches, clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._switches = switches
        self._clock = clock
        self._desk = Desk(store, population, switches, self._today)
        self._numbers = count(1)

    def _today(self) -> str:
        return datetime.fromtimestamp(self._clock(), UTC).date().isoformat()

    async def create(self, request: Request) -> Response:
        """201, and where the new coverage is; never the coverage itself."""
        resource = self._desk.accepted(await _json(request), str(uuid("created", next(self._numbers))))
        self._keep(resource)
        return self._written(HTTP_201_CREATED, resource, request)

    async def update(self, request: Request) -> Response:
        """200 after the whole resource was replaced; 412 when it changed since `If-Unmodified-Since`."""
        id_ = request.path_params["id"]
        if self._store.get("Coverage", id_) is None:
            raise RequestError(unknown("Coverage", id_))
        body = await _json(request)
        if isinstance(body, dict) and body.get("id", id_) != id_:
            raise RequestError(BAD_REQUEST)
        resource = self._desk.accepted(body, id_)
        self._refuse_stale(request, id_)
        self._keep(resource)
        return self._written(HTTP_200_OK, resource, request)

    def _refuse_stale(self, request: Request, id_: str) -> None:
        """One second is the resolution of an HTTP date: what changed within it goes unnoticed."""
        since = _http_date(request.headers.get("if-unmodified-since", ""))
        if since is not None and int(self._store.updated("Coverage", id_)) > since:
            raise RequestError(CHANGED)

    def _keep(self, resource: Resource) -> None:
        make_room(self._store, resource, self._clock())
        self._store.put(resource, self._clock())

    def _written(self, status: int, resource: Resource, request: Request) -> Response:
        path = f"/Coverage/{resource['id']}"
        if self._switches.create_shape == "relative":
            return answer(status, b"", {"Location": path})
        created = {"Location": self._base(request) + path} if status == HTTP_201_CREATED else {}
        if self._switches.create_shape == "empty":
            return answer(status, b"", created)
        versioned = {name: f"{url}/_history/1" for name, url in created.items()}
        return answer(status, b"null", versioned | {"Content-Type": "application/json"})

    def _base(self, request: Request) -> str:
        scheme = self._switches.location_scheme
        url = request.base_url if scheme == "same" else request.base_url.replace(scheme=scheme)
        return str(url).rstrip("/")


async def _json(request: Request) -> object:
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError):
        text = "body -> 0 — JSON decode error (type=json_invalid; error=Expecting value)"
        raise RequestError(Outcome(400, (Issue("structure", text),))) from None


def _http_date(text: str) -> float | None:
    """Seconds since 1970; None for what is no date, which a server is to ignore (RFC 9110, 13.1.4)."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None
