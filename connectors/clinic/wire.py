"""How the clinic writes ids, instants and social security numbers."""

import re
from datetime import UTC, datetime
from typing import Annotated, TypeAlias

import msgspec

from connectors.errors import InvalidKey

WireId: TypeAlias = (
    Annotated[int, msgspec.Meta(ge=0, lt=10**18)] | Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{1,18}\Z")]
)
"""An id: an integer as documented, or its digits as a string."""

HIDDEN_SSN = "***-**-****"
_DIGITS = re.compile(r"[0-9]{1,18}")
_LAST_FOUR = re.compile(r"[0-9]{4}\Z")


def id_text(wire_id: WireId) -> str:
    """An id as the graph has it: the integer's digits, without leading zeros."""
    return str(int(wire_id))


def integer_id(text: str) -> str:
    """The id that `text` names, as `id_text` gives it; InvalidKey when it is no integer of 1 to 18 digits."""
    if not _DIGITS.fullmatch(text):
        raise InvalidKey("The clinic's ids are integers of 1 to 18 digits.")
    return id_text(text)


def masked(ssn: str | int | None) -> str | None:
    """`***-**-NNNN`, however much was sent; `***-**-****` where the last four characters are no digits.

    Not the last four digits: of a number masked from behind, those are not meant to be seen.
    """
    text = "" if ssn is None else str(ssn).strip()
    last_four = _LAST_FOUR.search(text)
    return f"***-**-{last_four[0]}" if last_four else (HIDDEN_SSN if text else None)


def instant(text: str | None) -> datetime | None:
    """An ISO 8601 instant in UTC, which one without a zone is taken to be in; None when it is none."""
    try:
        moment = datetime.fromisoformat(text or "")
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
