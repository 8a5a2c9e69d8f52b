"""The HTTP answers of the endpoint."""

import json
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from graphql import GraphQLFormattedError
from starlette.types import Send

from app.graphql.negotiation import HTML, JSON
from schema.errors import Code, plain

Header = tuple[bytes, bytes]

_ALWAYS: tuple[Header, ...] = (
    (b"cache-control", b"no-store"),
    (b"vary", b"accept, authorization"),
    (b"x-content-type-options", b"nosniff"),
)
_encoder = msgspec.json.Encoder()
_thorough = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"))


class HTTPError(Exception):
    """The HTTP request cannot be served; it is answered with this status and one error."""

    def __init__(self, status: int, code: Code, sentence: str, *headers: Header) -> None:
        super().__init__(sentence)
        self.status = status
        self.errors: list[GraphQLFormattedError] = [plain(code, sentence)]
        self.headers = headers


class Answer(NamedTuple):
    """A whole HTTP answer."""

    status: int
    media_type: str
    body: bytes
    headers: Sequence[Header] = ()

    async def send(self, send: Send) -> None:
        """Sends it all."""
        headers = [
            (b"content-type", f"{self.media_type}; charset=utf-8".encode()),
            (b"content-length", str(len(self.body)).encode()),
            *_ALWAYS,
            *self.headers,
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def answer(status: int, media_type: str, body: object, headers: Sequence[Header] = ()) -> Answer:
    """An answer in JSON. A lone surrogate goes out as its escape, which JSON allows and UTF-8 does not."""
    try:
        text = _encoder.encode(body)
    except UnicodeEncodeError:
        text = _thorough.encode(body).encode("utf-8", "backslashreplace")
    return Answer(status, media_type, text, headers)


def refused(error: HTTPError, media_type: str | None) -> Answer:
    """The answer to a request that cannot be served."""
    return answer(error.status, media_type or JSON, {"errors": error.errors}, error.headers)


def page(html: bytes) -> Answer:
    """A page for a browser."""
    return Answer(200, HTML, html)
