"""From an HTTP request to a well-formed GraphQL request; what is none is an `HTTPError` of 4xx."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

import msgspec
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from app.graphql.negotiation import is_json_in_utf8
from app.graphql.response import HTTPError
from schema.errors import Code

MOST_QUERY_STRING_FIELDS = 100


@dataclass(frozen=True, slots=True, repr=False)
class GraphQLRequest:
    """The parameters of a GraphQL request. They are personal data, so it has no telling `repr`."""

    query: str
    operation_name: str | None
    variables: dict[str, object] | None


def check_headers(headers: Headers) -> None:
    """Refuses a body that is not plain JSON in UTF-8."""
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise HTTPError(
            415,
            Code.UNSUPPORTED_MEDIA_TYPE,
            "The body must not be compressed",
            (b"accept-encoding", b"identity"),
        )
    if not is_json_in_utf8(headers.get("content-type", "")):
        raise HTTPError(415, Code.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json in UTF-8")


def check_site(headers: Headers) -> None:
    """Refuses a GET that a page of another site made: a browser sends those without asking (CSRF)."""
    if headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        raise HTTPError(403, Code.BAD_REQUEST, "Pages of other sites are not served by GET")


async def read_body(receive: Receive, most_bytes: int) -> bytes:
    """The whole body, however it is sent; it is counted while it comes in."""
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk: bytes = message.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
        if size > most_bytes:
            raise HTTPError(413, Code.CONTENT_TOO_LARGE, f"The body is larger than {most_bytes} bytes")
        more = message.get("more_body", False)
    return b"".join(chunks)


def from_body(body: bytes) -> GraphQLRequest:
    """The request that a POST's body holds."""
    parameters = _decode(body)
    if not isinstance(parameters, dict):
        raise _bad("The body must be a JSON object; batches are not served")
    return _request(parameters)


def from_query_string(query_string: bytes) -> GraphQLRequest:
    """The request that a GET's query string holds. An empty parameter is one that was not given."""
    try:
        fields = parse_qsl(
            query_string.decode("ascii"), errors="strict", max_num_fields=MOST_QUERY_STRING_FIELDS
        )
    except ValueError:
        raise _bad("The query string cannot be decoded") from None
    parameters: dict[str, object] = dict(fields)
    for name in ("variables", "extensions"):
        written = parameters.get(name)
        if isinstance(written, str):
            parameters[name] = _decode(written.encode())
    return _request(parameters)


def _request(parameters: Mapping[str, object]) -> GraphQLRequest:
    query = parameters.get("query")
    name = parameters.get("operationName")
    variables = parameters.get("variables")
    if not isinstance(query, str):
        raise _bad("'query' must be a string")
    if not isinstance(name, str | None):
        raise _bad("'operationName' must be a string or null")
    if not isinstance(variables, dict | None):
        raise _bad("'variables' must be an object or null")
    if not isinstance(parameters.get("extensions"), dict | None):
        raise _bad("'extensions' must be an object or null")
    return GraphQLRequest(query, name or None, variables)


def _decode(body: bytes) -> object:
    try:
        return _decoder.decode(body)
    except (ValueError, RecursionError):  # the latter for what is nested too deep
        raise _bad("The JSON cannot be decoded") from None


def _bad(sentence: str) -> HTTPError:
    return HTTPError(400, Code.BAD_REQUEST, sentence)


_decoder = msgspec.json.Decoder()
