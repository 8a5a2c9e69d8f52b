"""The eligibility service's token endpoint: client credentials for a JWT (eligibility v2: Authentication)."""

import base64
import json
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_400_BAD_REQUEST, HTTP_401_UNAUTHORIZED

from sandbox.eligibility.answers import INVALID, UNAUTHORIZED, Problem, json_answer
from sandbox.ids import uuid
from sandbox.oauth import Tokens, form

ORGANISATION = 74
CLINIC = 12

_SCOPES = frozenset({"read", "write"})


def token_endpoint(tokens: Tokens, client: tuple[str, str]) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint for one client's id and secret. All fields that the documentation lists are needed."""

    async def issue(request: Request) -> Response:
        fields = await form(request)
        scope = fields.get("scope", "")
        if fields.get("grant_type") != "client_credentials" or not _is_known(scope):
            raise Problem(HTTP_400_BAD_REQUEST, INVALID, "Invalid grant_type or scope")
        if (fields.get("client_id"), fields.get("client_secret")) != client:
            raise Problem(HTTP_401_UNAUTHORIZED, UNAUTHORIZED, "Bad client credentials")
        return json_answer(_granted(tokens, scope))

    return issue


def _is_known(scope: str) -> bool:
    return bool(scope.split()) and _SCOPES.issuperset(scope.split())


def _granted(tokens: Tokens, scope: str) -> dict[str, object]:
    return {
        "access_token": tokens.new(_jwt),
        "token_type": "Bearer",
        "expires_in": tokens.lifetime,
        "scope": scope,
        "organisation_id": ORGANISATION,
        "user_id": 4711,
        "roles": ["INTEGRATION"],
        "clinic_id_list": [CLINIC],
        "name": "Sandbox Integration",
    }


def _jwt(number: int, expiry: float) -> str:
    """Three segments that look like a JWT. Nobody verifies the signature: the service knows its tokens."""
    header = {"alg": "HS256", "typ": "JWT"}
    claims = {"sub": "integration", "organisation_id": ORGANISATION, "exp": int(expiry), "jti": number}
    segments = (json.dumps(part, separators=(",", ":")).encode() for part in (header, claims))
    return ".".join(map(_base64url, (*segments, uuid("jwt", number, expiry).bytes)))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
