"""What a client is told when something fails: a closed list of codes; everything unexpected is masked."""

import json
import logging
import traceback
from collections.abc import Sequence
from enum import StrEnum
from itertools import islice

from graphql import GraphQLError, GraphQLFormattedError
from graphql.language import ValueNode

from connectors.errors import InvalidKey, UpstreamError, bare
from resolvers.context import Incident

log = logging.getLogger(__name__)

MOST_ERRORS = 100
MOST_BYTES_TOLD = 64_000
MOST_BYTES_MESSAGE = 500
MOST_BYTES_PATH = 2_000
MOST_LOCATIONS = 10
MOST_FRAMES = 20


class Code(StrEnum):
    """Every `extensions.code` there is, in errors and in notices."""

    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"  # the document is not GraphQL, or has too many tokens
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"  # the document asks what the schema does not have
    OPERATION_TOO_LARGE = "OPERATION_TOO_LARGE"  # too deep, too many fields, or too many in lists
    OPERATION_RESOLUTION_FAILURE = "OPERATION_RESOLUTION_FAILURE"  # the document has no such operation
    BAD_REQUEST = "BAD_REQUEST"  # the HTTP request is not a GraphQL request
    BAD_USER_INPUT = "BAD_USER_INPUT"  # a variable or an argument has a value that cannot be meant
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"  # not GET or POST, or a mutation by GET
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"  # the client accepts none of our media types
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"  # the body is not plain application/json in UTF-8
    CONTENT_TOO_LARGE = "CONTENT_TOO_LARGE"  # the body is over the cap
    TIMEOUT = "TIMEOUT"  # the time for the whole operation, or for its request to arrive, is over
    STOPPING = "STOPPING"  # the gateway is stopping: ask again, it will be another one that answers
    UPSTREAM_UNAVAILABLE = "UPSTREAM_UNAVAILABLE"  # the upstream did not answer, or said that it failed
    UPSTREAM_TIMEOUT = "UPSTREAM_TIMEOUT"  # the upstream did not answer in time
    UPSTREAM_RATE_LIMITED = "UPSTREAM_RATE_LIMITED"  # the upstream asks to slow down
    UPSTREAM_REFUSED = "UPSTREAM_REFUSED"  # the upstream refused our credentials
    UPSTREAM_REJECTED = "UPSTREAM_REJECTED"  # the upstream rejected the question
    UPSTREAM_BAD_RESPONSE = "UPSTREAM_BAD_RESPONSE"  # the upstream's answer is unusable
    UPSTREAM_NOT_CONFIGURED = "UPSTREAM_NOT_CONFIGURED"  # a notice: this gateway does not have that upstream
    NOT_LINKED = "NOT_LINKED"  # a notice: the EHR does not say who the patient is in that system
    LINK_AMBIGUOUS = "LINK_AMBIGUOUS"  # a notice: the identifiers say two different things
    LINK_INVALID = "LINK_INVALID"  # a notice: the identifier cannot be an id of that system
    NO_MEMBER_ID = "NO_MEMBER_ID"  # a notice: without a member number nothing can be asked
    NO_RECORD = "NO_RECORD"  # a notice: the system knows the patient and has no such record
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"  # our fault; the log has it


def tell(errors: Sequence[GraphQLError]) -> list[GraphQLFormattedError]:
    """The errors as a client is told them: the first 100 at most, and together under 64 kB.

    Each is bare from then on: the executor keeps its errors, and they keep the executor.
    """
    telling: list[GraphQLFormattedError] = []
    room = MOST_BYTES_TOLD
    for error in islice(errors, MOST_ERRORS):
        formatted = told(error)
        room -= len(json.dumps(formatted))
        if room < 0:
            break
        telling.append(formatted)
    forget(errors)
    return telling


def forget(errors: Sequence[GraphQLError]) -> None:
    """Let go of where errors came from, and of where what caused them did."""
    for error in errors:
        cause: BaseException | None = error
        while cause is not None:
            bare(cause)
            cause = getattr(cause, "original_error", None)


def told(error: GraphQLError) -> GraphQLFormattedError:
    """One error as a client is told it. Always coded; an unexpected one is logged and masked."""
    message, extensions = _message_and_extensions(error)
    formatted: GraphQLFormattedError = {"message": _cut(message), "extensions": extensions}
    if error.locations:
        formatted["locations"] = [location.formatted for location in error.locations[:MOST_LOCATIONS]]
    if error.path is not None and sum(len(str(key)) + 3 for key in error.path) <= MOST_BYTES_PATH:
        formatted["path"] = error.path
    return formatted


def coded(error: GraphQLError, code: Code) -> GraphQLError:
    """The same error, which is told with its own message under this code."""
    error.extensions = {"code": code}
    return error


def lost(incident: Incident) -> GraphQLError:
    """The error of a failure that cost part of a field's value."""
    return GraphQLError(str(incident.error), path=incident.path, original_error=incident.error)


def plain(code: Code, message: str) -> GraphQLFormattedError:
    """An error about the request as a whole."""
    return {"message": message, "extensions": {"code": code}}


def masked(error: BaseException, path: list[str | int] | None = None) -> GraphQLFormattedError:
    """What is told of our own fault: nothing. The log gets its type and where it was raised.

    Neither its message nor any value is logged: they may be personal data. `path` is of response keys.
    """
    where = _cut(".".join(map(str, path or ["(request)"])))
    log.error("unexpected %s at %s: %s", type(error).__qualname__, where, " < ".join(_frames(error)))
    return plain(Code.INTERNAL_SERVER_ERROR, "Internal server error")


def _message_and_extensions(error: GraphQLError) -> tuple[str, dict[str, object]]:
    cause = _cause(error)
    match cause:
        case UpstreamError():
            return str(cause), {"code": cause.code, "system": cause.system}
        case InvalidKey():
            return str(cause), {"code": cause.code}
        case GraphQLError() if _has_code(cause):
            return cause.message, dict(cause.extensions or {})
        case _ if error.path is None or _is_about_an_argument(cause):
            return error.message, {"code": Code.BAD_USER_INPUT}
        case TimeoutError():
            return "The time for this operation is over", {"code": Code.TIMEOUT}
    mask = masked(cause, error.path)
    return mask["message"], mask["extensions"]


def _cause(error: GraphQLError) -> Exception:
    """What was raised in the first place, or the outermost error that somebody gave a code."""
    cause: Exception = error
    while isinstance(cause, GraphQLError) and not _has_code(cause) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _has_code(error: GraphQLError) -> bool:
    return (error.extensions or {}).get("code") in Code.__members__


def _is_about_an_argument(cause: Exception) -> bool:
    """Whether graphql-core refused an argument's value during execution.

    It marks the value in the document. What it says of an unfit *result* marks a field or nothing, and
    is not for the client.
    """
    return isinstance(cause, GraphQLError) and any(isinstance(node, ValueNode) for node in cause.nodes or ())


def _cut(text: str) -> str:
    return text.encode("utf-8", "replace")[:MOST_BYTES_MESSAGE].decode("utf-8", "ignore")


def _frames(error: BaseException) -> list[str]:
    """Where it was raised and through what it came: the innermost frames first."""
    frames = [
        f"{frame.f_code.co_filename}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    return frames[: -MOST_FRAMES - 1 : -1]
