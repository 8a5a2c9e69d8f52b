"""An answer as it comes in: its headers are not parsed before somebody looks."""

from functools import cached_property

import httpx


class Response(httpx.Response):
    """An httpx response to be read from its stream, and closed. Of its headers some are looked at, seldom."""

    def __init__(self, status: int, given: list[tuple[bytes, bytes]], stream: httpx.AsyncByteStream) -> None:
        self.status_code = status
        self.stream = stream
        self.extensions = {}
        self.is_closed = False
        self._given = given

    @cached_property
    def headers(self) -> httpx.Headers:  # type: ignore[override]  # httpx sets it at once
        """The headers. Latin-1 is what HTTP says of their bytes, and saves trying others."""
        return httpx.Headers(self._given, encoding="latin-1")

    async def aclose(self) -> None:
        """Close the stream."""
        self.is_closed = True
        await self.stream.aclose()  # type: ignore[union-attr]  # an AsyncByteStream: see __init__
