"""A clock that a test owns."""

from datetime import UTC, datetime, timedelta

from connectors.clock import Clock


class OwnClock(Clock):
    """It stands still until it is told to go on."""

    def __init__(self) -> None:
        self.passed = 1000.0

    def go_on(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.passed += seconds

    def now(self) -> datetime:
        """A moment of a day in 2025."""
        return datetime(2025, 9, 20, 12, tzinfo=UTC) + timedelta(seconds=self.passed)

    def seconds(self) -> float:
        """Seconds that have passed."""
        return self.passed


class Ticking(OwnClock):
    """No two moments of it are the same, as of the system's: answers are told apart by when they came."""

    def __init__(self) -> None:
        super().__init__()
        self._told = 0

    def now(self) -> datetime:
        """A microsecond after the one before."""
        self._told += 1
        return super().now() + timedelta(microseconds=self._told)
