"""A request, its response, and who exchanges the one for the other: the seam that calls go through."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol, TypeAlias

import msgspec


class Request(msgspec.Struct, frozen=True, gc=False):
    """What is asked: the whole URL, percent-encoded, and the headers but for Host and Content-Length."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""

    def __repr__(self) -> str:
        return "<Request>"


Headers: TypeAlias = Mapping[bytes, bytes]
"""Of a response, as bytes, by their names in lower case. What was said several times is there once; several
values are one, with commas between them."""


class Response(msgspec.Struct, frozen=True, gc=False):
    """What came of it: as much of the body as was wanted, and perhaps a little more; None where none was."""

    status: int
    headers: Headers
    body: bytes | None

    def __repr__(self) -> str:
        return "<Response>"


class Part(NamedTuple):
    """How much of a body is wanted: at most so many bytes, and whether one that breaks off is of no use."""

    most: int
    whole: bool


NO_BODY = Part(-1, whole=False)
"""The response is there as soon as its head is."""

Wanted: TypeAlias = Callable[[int, Headers], Part]
"""Told the status and the headers of a response: how much of its body is wanted. It does not raise."""


class Client(Protocol):
    """Exchanges requests for responses."""

    async def ask(self, request: Request, wanted: Wanted) -> Response:
        """The response. To cancel is to hang up.

        Raises:
            httpx.HTTPError: there was none, or not a whole one where that is wanted.
        """

    async def aclose(self) -> None:
        """Close all connections. No request may follow."""
