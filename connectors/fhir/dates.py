"""FHIR R4 `date` and `dateTime`: a year, a month, a day, or an instant of a day."""

import calendar
import re
from datetime import date

_TEXT = re.compile(
    r"\d{4}(?:-\d\d(?:-\d\d"
    r"(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)
_YEAR, _DAY = len("2024"), len("2024-02-29")


def first_day(text: str | None) -> date | None:
    """The day on which the span that `text` names begins; None when it names none.

    A dateTime is taken on the day it prints, whatever its zone: coverage periods are local days.
    """
    if text is None or len(text) == _DAY:
        return _day(text)
    return _day(f"{text}-01-01"[:_DAY] if _TEXT.fullmatch(text) else None)


def last_day(text: str | None) -> date | None:
    """The day on which the span that `text` names ends: 31 December of a year, the last of a month."""
    first = first_day(text)
    if text is None or first is None or len(text) >= _DAY:
        return first
    month = 12 if len(text) == _YEAR else first.month
    return date(first.year, month, calendar.monthrange(first.year, month)[1])


def whole_day(text: str | None) -> date | None:
    """The day that `text` names; None for a year or a month alone."""
    return first_day(text) if text and len(text) >= _DAY else None


def _day(text: str | None) -> date | None:
    """The day of a text of ten characters."""
    try:
        # Python takes 2024-W09-4 and 2024022999 for days too.
        return date.fromisoformat(text) if text and text[len("2024-02")] == "-" else None
    except ValueError:  # the 30th of February, the year 0000
        return None
