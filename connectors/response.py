"""An answer as it comes in: httpx would parse all of its headers, which takes longer than sending it did."""

import httpx


class Headers:
    """The headers of an answer, names in lower case, as they came. Their bytes are Latin-1, says HTTP.

    What was said several times is said once; several values are one, with commas between them.
    """

    def __init__(self, given: list[tuple[bytes, bytes]]) -> None:
        self._given = dict(given)
        if len(self._given) < len(given):  # some came several times
            for name in self._given:
                values = dict.fromkeys([value for key, value in given if key == name])
                self._given[name] = b", ".join(values)

    def get(self, name: str, default: str | None = None) -> str | None:
        """The value. `name` is in lower case."""
        found = self._given.get(name.encode())
        return default if found is None else found.decode("latin-1")


class Response(httpx.Response):
    """An httpx response to be read from its stream, and closed. Of its headers some are looked at, seldom."""

    def __init__(self, status: int, given: list[tuple[bytes, bytes]], stream: httpx.AsyncByteStream) -> None:
        self.status_code = status
        self.headers = Headers(given)  # type: ignore[assignment]  # as much of httpx's as is used
        self.stream = stream
        self.extensions = {}

    async def aclose(self) -> None:
        """Close the stream."""
        await self.stream.aclose()  # type: ignore[union-attr]  # an AsyncByteStream: see __init__
