"""What token endpoints share: the tokens handed out, and the form that asks for one (RFC 6749)."""

from collections.abc import Callable
from itertools import count
from urllib.parse import parse_qs

from starlette.requests import Request

_FORM = "application/x-www-form-urlencoded"


class Tokens:
    """The tokens handed out, and until when each is good: `lifetime` seconds. `clock` tells seconds."""

    def __init__(self, lifetime: int, clock: Callable[[], float]) -> None:
        self.lifetime = lifetime
        self._clock = clock
        self._expiry: dict[str, float] = {}
        self._numbers = count()

    def new(self, spelled: Callable[[int, float], str]) -> str:
        """A token that is good from now on, spelled from its number and the instant of its end."""
        expiry = self._clock() + self.lifetime
        token = spelled(next(self._numbers), expiry)
        self._expiry[token] = expiry
        return token

    def good(self, authorization: str) -> bool:
        """Whether this Authorization header carries a token that is known and has not expired."""
        scheme, _, token = authorization.partition(" ")
        return scheme.lower() == "bearer" and self._clock() < self._expiry.get(token, float("-inf"))

    def revoke(self) -> None:
        """No token is good any more, although none has expired."""
        self._expiry.clear()


async def form(request: Request) -> dict[str, str]:
    """The fields of a form-encoded body; none of any other."""
    if request.headers.get("content-type", "").partition(";")[0] != _FORM:
        return {}
    fields = parse_qs((await request.body()).decode("utf-8", "replace"))
    return {name: values[-1] for name, values in fields.items()}
