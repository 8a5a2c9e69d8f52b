"""What was forgotten lately, so that no answer from before is given."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from connectors.drop import Drop
from connectors.slot import Slot

MOST = 10_000
"""Drops that are known; of answers from before the oldest, nobody knows whether they were forgotten."""

SKEW = 5.0
"""Seconds by which clocks may differ: what was asked for so shortly after a drop counts as before it."""


class Forgotten:
    """Drops with their moments, in seconds since 1970."""

    def __init__(self) -> None:
        self._of_patients: deque[tuple[float, Drop]] = deque()
        self._others: deque[tuple[float, Drop]] = deque()
        self._latest = self._known_since = float("-inf")

    def note(self, when: float, drop: Drop) -> None:
        """This was forgotten then; not earlier than what is known already."""
        self._latest = max(when, self._latest)
        known = self._of_patients if drop.patients else self._others
        known.append((self._latest, drop))
        if len(known) > MOST:
            self.unknown_until(known.popleft()[0])

    def unknown_until(self, moment: float) -> None:
        """Something was forgotten then, and nobody knows what."""
        self.known_since(moment + SKEW)

    def known_since(self, moment: float) -> None:
        """Whatever was forgotten from then on is noted; from before, it may not be."""
        self._known_since = max(moment, self._known_since)

    def takes(self, slot: Slot, tags: Iterable[str], asked: float) -> bool:
        """Whether an answer that was asked for at that moment is forgotten, or may be."""
        if asked < self._known_since:
            return True
        whose, since = tuple(tags), asked - SKEW
        of_patients = self._of_patients if slot[1].is_personal else ()
        return any(
            drop.takes(slot, whose) for known in (self._others, of_patients) for drop in _since(known, since)
        )


def _since(known: Sequence[tuple[float, Drop]], moment: float) -> Iterator[Drop]:
    for when, drop in reversed(known):
        if when < moment:
            return
        yield drop
