"""What a body is, as its headers tell."""

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
