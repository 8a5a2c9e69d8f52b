"""Any of httpx's transports as the client of an upstream: above all its mock, which is a function."""

import httpx

from connectors.http import NO_BODY, Part, Request, Response, Wanted


class OverHttpx:
    """A client by way of an httpx transport. It reads a body as ours does: as far as it is wanted."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def ask(self, request: Request, wanted: Wanted) -> Response:
        """The response."""
        sent = httpx.Request(
            request.method, request.url, headers=request.headers, content=request.body or None
        )
        got = await self._transport.handle_async_request(sent)
        try:
            headers = {name.lower().encode(): value.encode("latin-1") for name, value in got.headers.items()}
            body = await _body(got, wanted(got.status_code, headers))
        finally:
            await got.aclose()
        return Response(got.status_code, headers, body)

    async def aclose(self) -> None:
        """Close the transport."""
        await self._transport.aclose()


async def _body(response: httpx.Response, part: Part) -> bytes | None:
    if part is NO_BODY:
        return None
    assert isinstance(response.stream, httpx.AsyncByteStream)
    read = bytearray()
    try:
        async for piece in response.stream:
            read += piece
            if len(read) > part.most:
                break
    except httpx.HTTPError:
        if part.whole:
            raise
        return None
    return bytes(read)
