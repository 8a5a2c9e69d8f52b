"""What several upstreams' JSON has in it: codes and days."""

import enum
from datetime import date
from typing import Any, TypeAlias, TypeVar

E = TypeVar("E", bound=enum.Enum)

Json: TypeAlias = dict[str, Any]


def coded(codes: type[E], text: str | None) -> E:
    """The member that the text means, whatever its case; UNRECOGNIZED when none is."""
    name = (text or "").upper().replace("-", "_")
    return codes[name] if name in codes.__members__ else codes["UNRECOGNIZED"]


def day(text: str | None) -> date | None:
    """The day; None when only a month or a year is told."""
    whole = text and text[:10]
    return date.fromisoformat(whole) if whole and len(whole) == len("YYYY-MM-DD") else None
