"""A request as it goes out: its parts are text already, and are not parsed again."""

from collections.abc import Mapping
from functools import cached_property

import httpx


class Request(httpx.Request):
    """An httpx request whose `url`, `headers` and `stream` are made when somebody looks at them.

    httpx makes them for each request, which takes longer than sending it does; what sends requests here needs
    `text`, the whole URL, percent-encoded, and `given`, the headers but for Host and Content-Length.
    """

    def __init__(self, method: str, text: str, given: Mapping[str, str], body: bytes = b"") -> None:
        self.method = method
        self.text = text
        self.given = given
        self.body = body
        self.extensions = {}

    def __repr__(self) -> str:
        return "<Request>"

    @cached_property
    def stream(self) -> httpx.ByteStream:  # type: ignore[override]  # httpx makes it at once
        """The body as a stream."""
        return httpx.ByteStream(self.body)

    @cached_property
    def url(self) -> httpx.URL:  # type: ignore[override]  # httpx sets it at once
        """The URL, parsed."""
        return httpx.URL(self.text)

    @cached_property
    def headers(self) -> httpx.Headers:  # type: ignore[override]  # the same
        """The headers as httpx would send them."""
        return httpx.Request(self.method, self.text, headers=self.given, content=self.body or None).headers
