"""FHIR R4 `date` and `dateTime`: a year, a month, a day, or an instant of a day."""

import calendar
import re
from datetime import date

_TEXT = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)


def first_day(text: str | None) -> date | None:
    """The day on which the span that `text` names begins; None when it names none.

    A dateTime is taken on the day it prints, whatever its zone: coverage periods are local days.
    """
    parts = _parts(text)
    return parts and _day(parts[0], parts[1] or 1, parts[2] or 1)


def last_day(text: str | None) -> date | None:
    """The day on which the span that `text` names ends: 31 December of a year, the last of a month."""
    parts = _parts(text)
    if parts is None:
        return None
    year, month, day = parts
    month = month or 12
    return _day(year, month, day or _month_length(year, month))


def whole_day(text: str | None) -> date | None:
    """The day that `text` names; None for a year or a month alone."""
    parts = _parts(text)
    return _day(*parts) if parts and parts[2] else None


def _parts(text: str | None) -> tuple[int, int, int] | None:
    found = _TEXT.fullmatch(text) if text else None
    if found is None:
        return None
    year, month, day = found.groups()
    return None if month == "00" or day == "00" else (int(year), int(month or 0), int(day or 0))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # the 30th of February, the year 0000
        return None


def _month_length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1] if year and month in range(1, 13) else 0
