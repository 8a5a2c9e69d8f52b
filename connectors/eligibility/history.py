"""The checks that a search found."""

from connectors.eligibility.check import EligibilityCheck
from connectors.record import Sourced


class History(Sourced, frozen=True, kw_only=True):
    """The checks found, newest first; those recorded at no readable time come last.

    `bad_entries` could not be read: one of them may be newer than `latest`. The other numbers, `code` and
    `message` are as the service told them (seed 004: root level and paged data), and may count checks that
    were not sought.
    """

    items: tuple[EligibilityCheck, ...] = ()
    bad_entries: int = 0
    code: int
    message: str | None = None
    total_elements: int | None = None
    total_pages: int | None = None
    page: int | None = None
    size: int | None = None

    @property
    def latest(self) -> EligibilityCheck | None:
        """The most recent check."""
        return next(iter(self.items), None)
