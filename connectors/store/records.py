"""The record store: decoded records of this process, read without a coroutine."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from enum import Enum
from typing import Final


class Missing(Enum):
    """Told apart from None, which is an answer: there is no such record."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING
SWEEP_FROM = 1000


class RecordStore:
    """At most `most` answers, each until its time; the least recently used leaves first.

    `clock` gives seconds that never go back.
    """

    def __init__(self, *, most: int, clock: Callable[[], float]) -> None:
        self._most = most
        self._clock = clock
        self._kept: OrderedDict[Hashable, tuple[object, float]] = OrderedDict()
        self._sweep_at = SWEEP_FROM

    def get(self, slot: Hashable) -> object:
        """The answer kept there, or MISSING."""
        kept = self._kept.get(slot)
        if kept is None:
            return MISSING
        answer, until = kept
        if self._clock() >= until:
            del self._kept[slot]
            return MISSING
        self._kept.move_to_end(slot)
        return answer

    def put(self, slot: Hashable, answer: object, seconds: float) -> None:
        """Keep an answer for so many seconds from now."""
        if seconds <= 0:
            return
        self._kept[slot] = (answer, self._clock() + seconds)
        self._kept.move_to_end(slot)
        if len(self._kept) >= self._sweep_at:
            self._sweep()
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def _sweep(self) -> None:
        """Drop what nobody asked for again and is past its time; next when as much has come anew."""
        now = self._clock()
        for slot in [slot for slot, (_, until) in self._kept.items() if now >= until]:
            del self._kept[slot]
        self._sweep_at = max(SWEEP_FROM, 2 * len(self._kept))

    def __len__(self) -> int:
        return len(self._kept)
