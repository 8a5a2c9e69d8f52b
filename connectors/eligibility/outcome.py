"""How a check ended: its status, and the errors of one that failed."""

from collections.abc import Iterable
from typing import Any

import msgspec

from connectors.eligibility.codes import EligibilityStatusCode, recognized
from connectors.record import Record

_CODES = ("code", "error_code")
_TEXTS = ("message", "text", "description", "error_message")


class EligibilityStatus(Record, frozen=True, kw_only=True):
    """The status of an enquiry; `raw` as sent. FAILED may also follow from what came, whatever was sent."""

    code: EligibilityStatusCode
    raw: str | None = None


class CheckError(Record, frozen=True, kw_only=True):
    """Why a check failed, as far as it is told: the service documents no shape for it."""

    code: str | None = None
    text: str | None = None


def status(raw: str | None, *, failed: bool) -> EligibilityStatus:
    """What `raw` says, unless the check `failed`: the service records the status before the answer comes."""
    told = recognized(raw, EligibilityStatusCode.UNRECOGNIZED)
    return EligibilityStatus(code=EligibilityStatusCode.FAILED if failed else told, raw=raw)


def check_error(sent: Any) -> CheckError:
    """A text, or an object with a code and a text under any of their usual names; else an error untold."""
    if isinstance(sent, dict):
        return CheckError(code=_first(sent, _CODES), text=_first(sent, _TEXTS))
    return CheckError(text=_text(sent))


def as_told(sent: Iterable[Any]) -> tuple[dict[str, str | None], ...]:
    """The same errors without what nobody is told of them: whatever else was sent is not kept."""
    return tuple(msgspec.structs.asdict(check_error(one)) for one in sent)


def _first(sent: dict[str, Any], names: tuple[str, ...]) -> str | None:
    return next(filter(None, (_text(sent.get(name)) for name in names)), None)


def _text(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value or None if isinstance(value, str) else None
