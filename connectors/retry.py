"""What a failed try means, an error or another try, and when that may begin."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from connectors.errors import (
    BadResponse,
    Failed,
    Forbidden,
    RateLimited,
    Rejected,
    TimedOut,
    Unreachable,
    UpstreamError,
)
from connectors.http import Response

OVERLOADED = frozenset({429, 502, 503, 504})  # Canvas: a GET may be repeated after these
SAY_IT_ALL = frozenset({401, 403, 404, 410, 429})  # whatever their bodies say


class Fallback:
    """Whether all who ask have an older answer to fall back on: then no try is repeated after a pause.

    It leads nowhere: a connection that is made while it holds keeps it for as long as it lives.
    """

    __slots__ = ("for_all",)

    def __init__(self, *, for_all: bool) -> None:
        self.for_all = for_all


FALLBACK: ContextVar[Fallback | None] = ContextVar("FALLBACK", default=None)
"""That of the question that is asked."""


class Again(Exception):  # no error yet: it becomes `error` when no try is left
    """A try that may be repeated after `floor` seconds, or once without any pause (`at_once`).

    `brief`: only this once. A pause of a tenth of a second does not make anybody listen.
    """

    def __init__(
        self, error: UpstreamError, floor: float = 0.0, *, at_once: bool = False, brief: bool = False
    ) -> None:
        super().__init__()
        self.error = error
        self.floor = floor
        self.at_once = at_once
        self.brief = brief

    def most_tries(self, tries: int) -> int:
        """How many of `tries` there may be after this."""
        fallback = FALLBACK.get()
        if self.brief or (fallback is not None and fallback.for_all):
            return min(tries, 2 if self.at_once else 1)
        return tries


class Unauthorized(Exception):  # a 401 that may yet end well
    """The upstream wants other credentials."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses in seconds: a random share (full jitter) of `base`, doubled with every failure up to `cap`."""

    base: float = 0.1
    cap: float = 2.0
    random: Callable[[], float] = random.random
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def pause(self, again: Again, failed: int) -> float:
        """How long to wait after the `failed`-th failure."""
        if again.at_once and failed == 1:
            return 0.0
        # Added to the floor: callers told the same Retry-After would otherwise come back together.
        return again.floor + self.random() * min(self.cap, self.base * 2.0 ** (failed - 1))


BACKOFF = Backoff()


def objection(system: str, response: Response) -> Exception:
    """What a status that is neither 2xx nor "not there" means."""
    status = response.status
    if status in OVERLOADED:
        error: UpstreamError = (
            RateLimited(system) if status == httpx.codes.TOO_MANY_REQUESTS else Failed(system)
        )
        asked = response.headers.get(b"retry-after", b"").decode("latin-1")
        return Again(error, retry_after(asked, datetime.now(UTC)))
    if status == httpx.codes.UNAUTHORIZED:
        return Unauthorized()
    if status == httpx.codes.FORBIDDEN:
        return Forbidden(system)
    if is_rejection(status):
        return Rejected(system)
    return Failed(system) if httpx.codes.is_server_error(status) else BadResponse(system)


def is_rejection(status: int) -> bool:
    """Whether it is a 4xx without a meaning of its own: what it means may be told in the body."""
    return httpx.codes.is_client_error(status) and status not in SAY_IT_ALL


def breakage(system: str, error: httpx.HTTPError) -> Exception:
    """What an exchange without a whole answer means."""
    match error:
        case httpx.PoolTimeout():
            return Unreachable(system)
        case httpx.ConnectTimeout():
            return Again(TimedOut(system))
        case httpx.TimeoutException():
            return TimedOut(system)
        case httpx.ConnectError():
            return Again(Unreachable(system), at_once=True, brief=True)
        case httpx.NetworkError() | httpx.RemoteProtocolError():
            # Mostly a kept-alive connection that the peer closed just now.
            return Again(Unreachable(system), at_once=True)
        case _:
            return BadResponse(system)


def retry_after(value: str | None, now: datetime) -> float:
    """Seconds that a Retry-After header asks for (RFC 9110); 0 when missing or not understood."""
    if value is None:
        return 0.0
    if value.isdecimal():
        return float(value)
    try:
        date = parsedate_to_datetime(value)
        return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds())
    except (ValueError, OverflowError):
        return 0.0
