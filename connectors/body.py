"""What a body is, as its headers tell, and how much it holds."""

from functools import lru_cache

from connectors.http import Headers


def is_encoded(headers: Headers) -> bool:
    """Whether it must be decoded, which is not asked for: ten kilobytes of gzip may be ten megabytes."""
    return headers.get(b"content-encoding", b"identity") != b"identity"


@lru_cache(maxsize=16)
def is_json(content_type: bytes) -> bool:
    """Whether this is JSON, or a type built on it such as FHIR's; several types at once are none."""
    if b"," in content_type:
        return False
    media = content_type.partition(b";")[0].strip().lower()
    return media == b"application/json" or (media.startswith(b"application/") and media.endswith(b"+json"))


def holds_more(body: bytes, most: int) -> bool:
    """Whether a JSON text may hold more values than this: each begins after a comma or an opening bracket.

    Those within strings count too: it is a bound for what decoding costs, a thousand times faster.
    """
    if len(body) <= most:  # each takes a byte
        return False
    return body.count(b",") + body.count(b"[") + body.count(b"{") > most
