"""The record store: decoded records of this process, read without a coroutine."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar

import msgspec

from connectors.cache import Ages

S = TypeVar("S", bound=Hashable)

SWEEP_FROM = 1000

PLACES = 256
"""In each are the slots of all tags whose hash falls there: a place is a byte of what is kept."""


class Kept(msgspec.Struct, eq=False, gc=False):
    """An answer, and how it may still be given.

    `fetched` is when it came, on the store's clock. `early` is an age somewhat before `ages.fresh`, from
    which on it is renewed in the background: another one for each, so that what came together does not age
    together.
    `failing`: the last attempt to renew it failed, at `tried`. The store sets `places`, where its tags are.
    """

    answer: Any
    fetched: float
    ages: Ages
    early: float
    weight: int = 0
    places: bytes = b""
    failing: bool = False
    tried: float = 0.0

    def __repr__(self) -> str:
        return "<Kept>"


class RecordStore(Generic[S]):
    """At most `most` answers of together `most_bytes`; the least recently used leaves first.

    `clock` gives seconds that never go back.
    """

    def __init__(self, *, most: int, most_bytes: int, clock: Callable[[], float]) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._clock = clock
        self._kept: OrderedDict[S, Kept] = OrderedDict()
        self._places: tuple[set[S], ...] = tuple(set() for _ in range(PLACES))
        self._sweep_at = SWEEP_FROM
        self.bytes = 0

    def get(self, slot: S) -> Kept | None:
        """What is kept there, however old; its use counts."""
        kept = self._kept.get(slot)
        if kept is not None:
            self._kept.move_to_end(slot)
        return kept

    def peek(self, slot: S) -> Kept | None:
        """What is kept there; this is no use of it."""
        return self._kept.get(slot)

    def put(self, slot: S, kept: Kept, tags: Iterable[str] = ()) -> None:
        """Keep an answer in place of the one before, to be found by these tags."""
        if slot in self._kept:
            self.drop(slot)
        if kept.ages.last <= 0 or kept.weight > self._most_bytes:
            return
        self._kept[slot] = kept
        self.bytes += kept.weight
        kept.places = bytes({hash(tag) % PLACES for tag in tags})
        for place in kept.places:
            self._places[place].add(slot)
        if len(self._kept) >= self._sweep_at:
            self._sweep()
        while len(self._kept) > self._most or self.bytes > self._most_bytes:
            self.drop(next(iter(self._kept)))

    def drop(self, slot: S) -> bool:
        """Keep it no longer; whether it was kept."""
        kept = self._kept.pop(slot, None)
        if kept is None:
            return False
        self.bytes -= kept.weight
        for place in kept.places:
            self._places[place].discard(slot)
        return True

    def slots(self) -> tuple[S, ...]:
        """Every slot that is kept."""
        return tuple(self._kept)

    def tagged(self, tag: str) -> tuple[S, ...]:
        """The slots of what was kept with this tag, and of some that was kept with others."""
        return tuple(self._places[hash(tag) % PLACES])

    def _sweep(self) -> None:
        """Drop what is of no use any more; next when as much has come anew."""
        now = self._clock()
        for slot in [slot for slot, kept in self._kept.items() if now - kept.fetched >= kept.ages.last]:
            self.drop(slot)
        self._sweep_at = max(SWEEP_FROM, 2 * len(self._kept))

    def __len__(self) -> int:
        return len(self._kept)
