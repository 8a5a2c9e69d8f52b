"""Which media type answers, and which one asks (RFC 9110, sections 8.3 and 12.5.1)."""

import re
from functools import lru_cache
from typing import NamedTuple

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
HTML = "text/html"

EXACT = 2  # the specificity of a media range without a wildcard

_QUALITY = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")


class Preference(NamedTuple):
    """How much a client wants a media type: more is better; quality 0 is a refusal."""

    quality: float
    specificity: int


UNWANTED = Preference(0.0, 0)


@lru_cache(maxsize=100)
def answer_type(accept: str | None) -> str | None:
    """The media type of the answer, None when the client accepts neither of ours.

    A client that does not name the GraphQL media type gets `application/json`, which every client reads.
    """
    if not accept:
        return JSON
    modern, plain = preference(accept, GRAPHQL), preference(accept, JSON)
    if modern > plain or (modern == plain and modern.specificity == EXACT):
        return GRAPHQL if modern.quality else None
    return JSON if plain.quality else None


@lru_cache(maxsize=100)
def prefers_html(accept: str | None) -> bool:
    """Whether this is a browser that wants a page."""
    html = preference(accept or "", HTML)
    return html.quality > 0 and html > max(preference(accept or "", GRAPHQL), preference(accept or "", JSON))


def preference(accept: str, media_type: str) -> Preference:
    """What `accept` says of a media type: its most specific media range counts."""
    major = media_type.partition("/")[0]
    specificities = {media_type: EXACT, f"{major}/*": 1, "*/*": 0}
    found = UNWANTED
    most = -1
    for media_range in accept.split(","):
        name, _, parameters = media_range.partition(";")
        specificity = specificities.get(name.strip().lower(), -1)
        if specificity > most:
            most = specificity
            found = Preference(_quality(parameters), specificity)
    return found


@lru_cache(maxsize=100)
def is_json_in_utf8(content_type: str) -> bool:
    """Whether a request body may be read as JSON. Browsers cannot send it elsewhere without asking (CORS)."""
    media_type, _, parameters = content_type.partition(";")
    charset = _parameter(parameters, "charset") or "utf-8"
    return media_type.strip().lower() == JSON and charset in {"utf-8", "utf8"}


def _quality(parameters: str) -> float:
    written = _parameter(parameters, "q") or "1"
    return float(written) if _QUALITY.fullmatch(written) else 0.0


def _parameter(parameters: str, name: str) -> str | None:
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == name:
            return value.strip().strip('"').lower()
    return None
