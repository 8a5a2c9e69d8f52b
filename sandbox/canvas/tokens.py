"""Canvas's token endpoint: OAuth 2.0 client credentials (Canvas: Customer authentication; RFC 6749)."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.ids import uuid
from sandbox.oauth import Tokens, form


def token_app(tokens: Tokens, client: tuple[str, str]) -> Starlette:
    """The app of the EHR's host, for one client's id and secret; the path needs its trailing slash."""

    async def issue(request: Request) -> Response:
        """A form in, a token or an RFC 6749 error out."""
        fields = await form(request)
        if fields.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        if (fields.get("client_id"), fields.get("client_secret")) != client:
            return JSONResponse({"error": "invalid_client"}, 401)
        return JSONResponse(_granted(tokens, fields.get("scope", "user/*.*")))

    app = Starlette(routes=[Route("/auth/token/", issue, methods=["POST"])])
    app.router.redirect_slashes = False
    return app


def _granted(tokens: Tokens, scope: str) -> dict[str, str | int]:
    return {
        "access_token": tokens.new(_spelled),
        "expires_in": tokens.lifetime,
        "token_type": "Bearer",
        "scope": scope,
    }


def _spelled(number: int, expiry: float) -> str:
    # The instant is in it, so that a token kept from before a restart is unknown.
    return uuid("token", number, expiry).hex
