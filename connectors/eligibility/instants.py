"""The service's instants: local times that print no zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec


def instant(text: str | None, zone: ZoneInfo) -> datetime | None:
    """The instant (UTC) that `text` names in `zone`; None when it names none.

    A zone that is printed wins. Of an hour that occurs twice, when clocks go back, it is the first.
    """
    try:
        read = msgspec.convert(text, datetime)
        return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):  # no such time; or before the year 1, after 9999
        return None
