"""OAuth 2.0 client credentials (RFC 6749, 4.4): one token for all callers, renewed before it ends."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Annotated, NamedTuple

import msgspec

from connectors.errors import BadResponse, Forbidden, Refused, Rejected
from connectors.flight import Flight
from connectors.record import Record
from connectors.retry import FALLBACK
from connectors.upstream import Upstream

EARLY = 60.0  # seconds of clock skew and travel time before a token's end
YEAR = 366 * 86400


class Grant(Record, frozen=True, kw_only=True):
    """The token endpoint's answer (RFC 6749, 5.1). `expires_in` is in seconds; both upstreams promise it."""

    access_token: Annotated[str, msgspec.Meta(pattern=r"\A[\x21-\x7e]{1,16384}\Z")]
    expires_in: Annotated[int, msgspec.Meta(gt=0, le=YEAR)]


GRANTS = msgspec.json.Decoder(Grant)


class Token(NamedTuple):
    """The headers that carry a token, and when, on the clock, another one is due."""

    headers: Mapping[str, str]
    due: float

    def __repr__(self) -> str:
        return "<Token>"


class ClientCredentials:
    """The Authorization of an upstream that takes client credentials.

    `endpoint` has the whole address of the token endpoint as its base, with the slash at its end if any.
    Callers who need a token at the same time share one request; a failure is told to them and then forgotten.
    """

    def __init__(
        self,
        endpoint: Upstream,
        *,
        client_id: str,
        client_secret: str,
        scope: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._endpoint = endpoint
        self._form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        if scope is not None:
            self._form["scope"] = scope
        self._clock = clock
        self._token: Token | None = None
        self._flight: Flight[Token] | None = None

    async def headers(self) -> Mapping[str, str]:
        """The Authorization header with a token that is good for now; UpstreamError when none is had."""
        token = self._token
        if token is None or self._clock() >= token.due:
            token = await self._renewed()
        return token.headers

    def refused(self, sent: Mapping[str, str]) -> bool:
        """Forget the token that was sent, unless another one took its place meanwhile."""
        if self._token is not None and self._token.headers == sent:
            self._token = None
        return True

    async def _renewed(self) -> Token:
        if self._flight is not None and self._flight.joinable:
            return await self._flight.join()
        flight = self._flight = Flight(asyncio.get_running_loop())
        waiting = flight.join()
        flight.depart(self._fetched)
        return await waiting

    async def _fetched(self) -> Token:
        FALLBACK.set(None)  # who asked first has one, perhaps, and those who join have none
        asked = self._clock()
        try:
            grant = await self._granted()
        except (Rejected, Forbidden) as error:  # RFC 6749, 5.2: 400 tells of wrong credentials and scopes
            raise Refused(error.system) from None
        due = asked + grant.expires_in - min(EARLY, grant.expires_in / 2)
        self._token = Token({"Authorization": f"Bearer {grant.access_token}"}, due)
        return self._token

    async def _granted(self) -> Grant:
        reply = await self._endpoint.post_form(form=self._form)
        if reply is None:
            raise BadResponse(self._endpoint.system)
        return self._endpoint.decode(GRANTS, reply.body)
