"""Canvas's token endpoint: OAuth 2.0 client credentials (Canvas: Customer authentication; RFC 6749)."""

from collections.abc import Callable
from itertools import count
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.ids import uuid

_FORM = "application/x-www-form-urlencoded"


class Tokens:
    """The tokens handed out, and until when each is good. `clock` tells seconds."""

    def __init__(self, client: tuple[str, str], lifetime: int, clock: Callable[[], float]) -> None:
        self._client = client
        self._lifetime = lifetime
        self._clock = clock
        self._expiry: dict[str, float] = {}
        self._numbers = count()

    def good(self, authorization: str) -> bool:
        """Whether this Authorization header carries a token that is known and has not expired."""
        scheme, _, token = authorization.partition(" ")
        return scheme.lower() == "bearer" and self._clock() < self._expiry.get(token, float("-inf"))

    def revoke(self) -> None:
        """No token is good any more, although none has expired."""
        self._expiry.clear()

    async def issue(self, request: Request) -> Response:
        """The endpoint: a form in, a token or an RFC 6749 error out."""
        form = await _form(request)
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        if (form.get("client_id"), form.get("client_secret")) != self._client:
            return JSONResponse({"error": "invalid_client"}, 401)
        return JSONResponse(self._new(form.get("scope", "user/*.*")))

    def _new(self, scope: str) -> dict[str, str | int]:
        # The clock is in it, so that a token kept from before a restart is unknown.
        token = uuid("token", next(self._numbers), self._clock()).hex
        self._expiry[token] = self._clock() + self._lifetime
        return {"access_token": token, "expires_in": self._lifetime, "token_type": "Bearer", "scope": scope}


async def _form(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").partition(";")[0] != _FORM:
        return {}
    fields = parse_qs((await request.body()).decode("utf-8", "replace"))
    return {name: values[-1] for name, values in fields.items()}


def token_app(tokens: Tokens) -> Starlette:
    """The app of the EHR's host; the path needs its trailing slash."""
    app = Starlette(routes=[Route("/auth/token/", tokens.issue, methods=["POST"])])
    app.router.redirect_slashes = False
    return app
