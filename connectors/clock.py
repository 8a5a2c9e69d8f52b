"""The one clock of a process: what time it is, and seconds that never go back. Tests have their own."""

import time
from datetime import UTC, datetime


class Clock:
    """The system's clock."""

    def now(self) -> datetime:
        """The moment (UTC), to be told to others."""
        return datetime.now(UTC)

    def seconds(self) -> float:
        """Seconds since some moment, to measure ages with."""
        return time.monotonic()


SYSTEM_CLOCK = Clock()
