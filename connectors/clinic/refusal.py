"""What the clinic means by 422: wrong credentials, or a question that it does not accept."""

import msgspec

from connectors.errors import Refused, Rejected, UpstreamError
from connectors.record import Record

UNPROCESSABLE = 422


class Errors(Record, frozen=True, kw_only=True):
    """The body of a refusal. A validation's `errors` are an object, by field."""

    errors: str


_ERRORS = msgspec.json.Decoder(Errors)


def refusal(status: int, body: bytes) -> type[UpstreamError]:
    """What a 4xx of the clinic stands for: Refused when it is a 422 that says `{"errors": "a sentence"}`."""
    try:
        _ERRORS.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Rejected
    return Refused if status == UNPROCESSABLE else Rejected
