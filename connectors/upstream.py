"""One HTTP API: deadline, tries, status to error, bytes to record. The only room that knows the client."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlencode

import httpx
import msgspec

from connectors.address import Root
from connectors.authorization import Anonymous, Authorization
from connectors.body import is_encoded, is_json
from connectors.clock import SYSTEM_CLOCK, Clock
from connectors.deadline import Deadlines
from connectors.errors import BadResponse, Refused, TimedOut, UpstreamError
from connectors.http import NO_BODY, Client, Headers, Part, Request, Response
from connectors.nesting import holds_more, nested_deeper
from connectors.record import Source
from connectors.retry import BACKOFF, Again, Backoff, Unauthorized, breakage, is_rejection, objection
from connectors.transport import Transport

T = TypeVar("T")

HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "insurance-gateway"}
FORM_HEADERS = {**HEADERS, "Content-Type": "application/x-www-form-urlencoded"}
DEEPEST = 100
MOST_VALUES = 250_000
"""In one answer: 2,000 eligibility checks as documented hold 180,000, and 1,000 coverages 60,000. What is
decoded costs for each value, not for each byte: ten megabytes of `[],` would take a gigabyte and seconds.
"""
NOTHING: Mapping[str, str] = MappingProxyType({})


Explain: TypeAlias = Callable[[int, bytes], type[UpstreamError]]
"""What a rejection (a 4xx without a meaning of its own) means at one upstream: from its status and its body,
of which it may see the beginning only, or nothing. It does not raise."""

REASON = Part(10_000, whole=False)
"""Of the body of a rejection."""

MISSING = frozenset({404, 410})
ANSWERS = MISSING.union(range(200, 300))


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one call. Deadlines are in seconds; `total` covers all of it: token, tries, the whole body.

    `connect` bounds the wait for a connection, new or from the pool of `connections`; `read` the silence
    between two pieces of an answer. Of a body `most_bytes` are read, and at most `tries` are made.
    """

    connect: float = 2.0
    read: float = 5.0
    total: float = 10.0
    most_bytes: int = 10_000_000
    tries: int = 3
    connections: int = 256


class Reply(msgspec.Struct, frozen=True, gc=False):
    """A whole JSON answer: its bytes, not yet decoded, and where and when they came from."""

    body: bytes
    source: Source

    def __repr__(self) -> str:
        return "<Reply>"


class Upstream:
    """One HTTP API and its connections. A call ends within `limits.total`: an answer, or an UpstreamError.

    Only calls that are safe to repeat are repeated. Cancelling a call closes its connection.
    """

    def __init__(
        self,
        system: str,
        base_url: str,
        *,
        authorization: Authorization | None = None,
        client: Client | None = None,
        explain: Explain | None = None,
        limits: Limits = Limits(),
        backoff: Backoff = BACKOFF,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self.system = system
        self._root = Root(base_url)
        self._authorization = authorization or Anonymous()
        self._explain = explain
        self._limits = limits
        self._deadlines = Deadlines(limits.total, partial(TimedOut, system))
        self._backoff = backoff
        self._clock = clock
        self._whole = Part(limits.most_bytes, whole=True)
        self._together = (NOTHING, NOTHING, NOTHING)
        self._client = client or Transport(
            self._root.address, connect=limits.connect, read=limits.read, connections=limits.connections
        )

    def get(self, *segments: str, params: Mapping[str, str] = NOTHING) -> Coroutine[Any, Any, Reply | None]:
        """The answer at this path, or None for 404 and 410. Segments and parameters are percent-encoded here.

        Raises:
            InvalidKey: a segment or parameter can name nothing; nothing was sent.
            UpstreamError: there was no usable answer.
        """
        return self._ask("GET", self._root.url(segments, params))

    async def follow(self, link: str) -> Reply | None:
        """The answer at a link that this upstream printed. Another origin: BadResponse, nothing is sent."""
        url = self._root.linked(link)
        if url is None:
            raise BadResponse(self.system)
        return await self._ask("GET", url)

    async def post_form(self, *segments: str, form: Mapping[str, str]) -> Reply | None:
        """The answer to a form. Repeated as `get` is, so only for what may be: a token endpoint."""
        url = self._root.url(segments, NOTHING)
        return await self._ask("POST", url, FORM_HEADERS, urlencode(form).encode())

    def decode(self, decoder: msgspec.json.Decoder[T], body: bytes) -> T:
        """The record in the body, or BadResponse: not JSON, another shape, too deep, too many values."""
        if holds_more(body, MOST_VALUES) or nested_deeper(body, DEEPEST):
            raise BadResponse(self.system)
        try:
            return decoder.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise BadResponse(self.system) from None

    async def aclose(self) -> None:
        """Close all connections. No call may follow."""
        await self._client.aclose()

    async def _ask(
        self, method: str, url: str, headers: Mapping[str, str] = HEADERS, body: bytes = b""
    ) -> Reply | None:
        renewable, failed = True, 0
        with self._deadlines.begin() as deadline:
            while True:
                sent = await self._authorization.headers()
                try:
                    return await self._try(Request(method, url, self._headers(headers, sent), body))
                except Unauthorized:
                    if not renewable or not self._authorization.refused(sent):
                        raise Refused(self.system) from None
                    renewable = False
                except Again as again:
                    failed += 1
                    pause = self._backoff.pause(again, failed)
                    too_late = asyncio.get_running_loop().time() + pause >= deadline.ends
                    if too_late or failed >= again.most_tries(self._limits.tries):
                        raise again.error from None
                    await self._backoff.sleep(pause)

    async def _try(self, request: Request) -> Reply | None:
        try:
            response = await self._client.ask(request, self._wanted)
        except httpx.HTTPError as error:
            failure = breakage(self.system, error)
        else:
            return self._read(response)
        try:
            raise failure  # out here it does not carry the client's error, which carries the request
        finally:
            del failure  # it carries this frame

    def _headers(self, asked: Mapping[str, str], sent: Mapping[str, str]) -> Mapping[str, str]:
        """Both together: one and the same mapping for as long as both stay what they are."""
        last_asked, last_sent, together = self._together
        if asked is not last_asked or sent is not last_sent:
            together = {**asked, **sent}
            self._together = (asked, sent, together)
        return together

    def _wanted(self, status: int, headers: Headers) -> Part:
        if is_encoded(headers):
            return NO_BODY
        if status in ANSWERS:
            # Of a 404 too: a proxy's page does not say that there is no such record.
            return self._whole if is_json(headers.get(b"content-type", b"")) else NO_BODY
        return REASON if self._explain is not None and is_rejection(status) else NO_BODY

    def _read(self, response: Response) -> Reply | None:
        if response.status not in ANSWERS:
            raise self._objection(response)
        if response.body is None or len(response.body) > self._limits.most_bytes:
            raise BadResponse(self.system)
        if response.status in MISSING:
            return None  # read all the same: it is short, and the connection serves again
        return Reply(response.body, Source(system=self.system, fetched_at=self._clock.now()))

    def _objection(self, response: Response) -> Exception:
        if self._explain is None or not is_rejection(response.status):
            return objection(self.system, response)
        reason = response.body or b""
        return self._explain(response.status, reason[: REASON.most])(self.system)
