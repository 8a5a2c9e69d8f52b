"""The record store: decoded records of this process, read without a coroutine."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from typing import Any, Generic, TypeVar

import msgspec

from connectors.cache import Ages
from connectors.tags import OfPatient

S = TypeVar("S", bound=Hashable)

SWEEP_FROM = 1000


class Kept(msgspec.Struct, eq=False, gc=False):
    """An answer, and how it may still be given.

    `fetched` is when it came, on the store's clock. `early` is an age somewhat before `ages.fresh`, from
    which on it is renewed in the background: another one for each, so that what came together does not age
    together.
    `failing`: the last attempt to renew it failed, at `tried`.
    """

    answer: Any
    fetched: float
    ages: Ages
    early: float
    weight: int = 0
    tags: Collection[OfPatient] = ()
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
        self._tagged: dict[OfPatient, set[S]] = {}
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

    def put(self, slot: S, kept: Kept) -> None:
        """Keep an answer in place of the one before."""
        if slot in self._kept:
            self.drop(slot)
        if kept.ages.last <= 0 or kept.weight > self._most_bytes:
            return
        self._kept[slot] = kept
        self.bytes += kept.weight
        for tag in kept.tags:
            self._tagged.setdefault(tag, set()).add(slot)
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
        for tag in kept.tags:
            slots = self._tagged[tag]
            slots.discard(slot)
            if not slots:
                del self._tagged[tag]
        return True

    def slots(self) -> tuple[S, ...]:
        """Every slot that is kept."""
        return tuple(self._kept)

    def tagged(self, tag: OfPatient) -> tuple[S, ...]:
        """The slots of what was kept with this tag."""
        return tuple(self._tagged.get(tag, ()))

    def _sweep(self) -> None:
        """Drop what is of no use any more; next when as much has come anew."""
        now = self._clock()
        for slot in [slot for slot, kept in self._kept.items() if now - kept.fetched >= kept.ages.last]:
            self.drop(slot)
        self._sweep_at = max(SWEEP_FROM, 2 * len(self._kept))

    def __len__(self) -> int:
        return len(self._kept)
