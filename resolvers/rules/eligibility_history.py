"""What several answers of the eligibility service come to: one history, newest check first."""

from collections.abc import Iterable

from connectors.eligibility.check import EligibilityCheck
from connectors.eligibility.history import History
from connectors.record import LONG_AGO, Record


class EligibilityHistory(Record, frozen=True, kw_only=True):
    """The answers, one for each member number and channel asked, and the checks in all of them."""

    answers: tuple[History, ...]

    @property
    def checks(self) -> tuple[EligibilityCheck, ...]:
        """Each check once, newest first; those recorded at no readable time come last."""
        found = {check.id: check for answer in self.answers for check in answer.items}
        return tuple(sorted(found.values(), key=lambda check: check.timestamp or LONG_AGO, reverse=True))

    @property
    def latest(self) -> EligibilityCheck | None:
        """The newest check."""
        return next(iter(self.checks), None)


def eligibility_history(answers: Iterable[History | None]) -> EligibilityHistory:
    """The history that these answers make; one that did not come is left out."""
    return EligibilityHistory(answers=tuple([answer for answer in answers if answer is not None]))
