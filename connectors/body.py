"""The body of an answer: read whole or in part, never decompressed, and never more than is asked for."""

from functools import lru_cache

import httpx

from connectors.errors import BadResponse

MOST_REASON_BYTES = 10_000


async def whole(response: httpx.Response, system: str, most_bytes: int) -> bytes:
    """All of it; BadResponse when it is larger, or compressed, which is not asked for: 10 kB may be 10 MB."""
    if _is_compressed(response):
        raise BadResponse(system)
    announced = response.headers.get("content-length")
    chunks, size = [], 0
    async for chunk in _pieces(response):
        size += len(chunk)
        if size > most_bytes:
            raise BadResponse(system)
        chunks.append(chunk)
        if str(size) == announced:
            break  # to find that nothing comes behind it takes as long as to read it
    return b"".join(chunks)


async def beginning(response: httpx.Response) -> bytes:
    """The beginning of what tells why there is no answer; nothing where it cannot be read."""
    if _is_compressed(response):
        return b""
    read = bytearray()
    try:
        async for piece in _pieces(response):
            read += piece
            if len(read) >= MOST_REASON_BYTES:
                break
    except httpx.HTTPError:
        return b""  # it breaks off: the status stands
    return bytes(read[:MOST_REASON_BYTES])


@lru_cache(maxsize=16)
def is_json(content_type: str) -> bool:
    """Whether this is JSON, or a type built on it such as FHIR's; several types at once are none."""
    if "," in content_type:
        return False
    media = content_type.partition(";")[0].strip().lower()
    return media == "application/json" or (media.startswith("application/") and media.endswith("+json"))


def _is_compressed(response: httpx.Response) -> bool:
    encoding: str = response.headers.get("content-encoding", "identity")
    return encoding != "identity"


def _pieces(response: httpx.Response) -> httpx.AsyncByteStream:
    assert isinstance(response.stream, httpx.AsyncByteStream)
    return response.stream
