"""What a process remembers: which answer is given again, when it is renewed, and what is forgotten."""

import random
from collections.abc import Callable, Mapping
from typing import Any

from connectors.bulkhead import Bulkhead
from connectors.cache import AS_WRITTEN, Ages, Connector, Fetch, GivenAges, Kind
from connectors.clock import SYSTEM_CLOCK, Clock
from connectors.drop import Drop
from connectors.errors import Forbidden, Refused, UpstreamError
from connectors.flights import OPEN, Flights
from connectors.reading import How, Reading
from connectors.renewals import Renewals
from connectors.slot import Slot
from connectors.spare import Spare, stand_by
from connectors.store.records import Kept, RecordStore
from connectors.store.tier import SharedTier
from connectors.store.weight import weight
from connectors.tags import ANYBODY, tags

MEBIBYTE = 1 << 20
SPREAD = 0.1
"""The share of its fresh age by which an answer may be renewed before that age ends."""

APART = 1.0
"""Seconds that lie between two answers to one question, if they are not the same, as told by other clocks."""

PAUSE = 1.0
"""Seconds between two attempts to renew an answer in the background, after one failed."""


class Memory:
    """Answers of all connectors for the whole process: at most `most`, of together about `most_bytes`.

    How long an answer may be given again is its method's policy; `ages` are an operator's, by kind. A failure
    is told to those who wait and not kept. `chance` gives numbers from 0 to 1. `forgotten` is called whenever
    something is forgotten: whoever holds records beside this memory must let go of them too.
    """

    def __init__(
        self,
        *,
        most: int = 100_000,
        most_bytes: int = 64 * MEBIBYTE,
        ages: Mapping[Kind, GivenAges] | None = None,
        clock: Clock = SYSTEM_CLOCK,
        chance: Callable[[], float] = random.random,
        forgotten: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = clock.seconds
        self._store: RecordStore[Slot] = RecordStore(most=most, most_bytes=most_bytes, clock=self._clock)
        self._flights = Flights(self)
        self._given = dict(ages or {})
        self._ages: dict[Fetch[Any, Any, Any], Ages] = {}
        self._chance = chance
        self._forgotten = forgotten
        self._renewals = Renewals(self._flights)
        self._refused: dict[str, float] = {}

    def read(
        self,
        connector: Connector,
        fetch: Fetch[Any, Any, Any],
        key: object,
        gate: Bulkhead = OPEN,
        max_age: float | None = None,
    ) -> Reading:
        """The remembered answer itself, or a future of it. A call that begins with this waits at the gate.

        An answer of `max_age` seconds or older is given only when the upstream fails, if its policy allows.
        """
        slot = (connector.realm, fetch, key)
        kept = self._store.get(slot)
        if kept is None:
            return self._asked(slot, connector, gate, live=max_age is not None)
        age = self._clock() - kept.fetched
        if age < kept.early and (max_age is None or age < max_age):
            return Reading(kept.answer, How.HIT, age)
        return self._aged(slot, connector, gate, kept, max_age)

    def known(self, connector: Connector, fetch: Fetch[Any, Any, Any], key: object) -> Any:
        """The remembered answer, however old; None also where nothing is remembered. Asks nobody."""
        kept = self._store.get((connector.realm, fetch, key))
        return kept and kept.answer

    def tagged(self, realm: str, tag: str) -> list[Any]:
        """The remembered answers of a realm that tell of a patient, however old. Asks nobody."""
        kept = ((slot, self._store.peek(slot)) for slot in self._store.tagged(tag) if slot[0] == realm)
        return [one.answer for slot, one in kept if one and tag in tags(slot, one.answer)]

    def drop(self, drop: Drop) -> int:
        """Forget what is meant, here and in every process that shares the tier; how much was kept here.

        What is on its way reaches those who wait for it, and is not kept.
        """
        if self._flights.tier is not None:
            self._flights.tier.announce(drop)
        return self._forget(drop)

    def heard(self, drop: Drop) -> None:
        """Another process forgot this."""
        self._forget(drop)

    def missed(self) -> None:
        """What others forgot is not known: everything is forgotten."""
        self._forgotten()
        for slot in {*self._store.slots(), *self._flights}:
            self._flights.disown(slot)
            self._store.drop(slot)

    def share(self, tier: SharedTier) -> None:
        """From now on remember together with the other processes that use this tier, which listens here."""
        self._flights.tier = tier

    @property
    def answers(self) -> int:
        """How many answers are kept."""
        return len(self._store)

    @property
    def bytes(self) -> int:
        """About how many bytes they take."""
        return self._store.bytes

    @property
    def renewing(self) -> int:
        """How many answers are being renewed in the background."""
        return len(self._renewals)

    async def aclose(self) -> None:
        """Call every flight back and wait until each is down."""
        await self._flights.aclose()

    def wants(self, slot: Slot, answer: object, age: float) -> bool:
        """Whether an answer of another process is fresh, and not what is remembered here already."""
        kept = self._store.peek(slot)
        younger = kept is None or self._clock() - age > kept.fetched + APART
        return younger and age < self._ages_of(slot, answer).fresh

    def arrived(self, slot: Slot, answer: object, age: float) -> None:
        """Remember an answer."""
        ages = self._ages_of(slot, answer)
        size = weight(answer)
        if size is not None:
            early = ages.fresh * (1 - SPREAD * self._chance())
            fetched = self._clock() - age
            self._store.put(slot, Kept(answer, fetched, ages, early=early, weight=size), tags(slot, answer))

    def failed(self, slot: Slot, error: UpstreamError) -> None:
        """Nothing stale after a 401 (of this realm), a 403 or another rejection (of this key)."""
        if isinstance(error, Refused) and not isinstance(error, Forbidden):
            self._refused[slot[0]] = self._clock()
        elif not error.transient:
            self._store.drop(slot)
            if self._flights.tier is not None:
                self._flights.tier.distrust(slot)
        elif (kept := self._store.get(slot)) is not None:
            kept.failing, kept.tried = True, self._clock()

    def lifetime(self, slot: Slot, answer: object) -> float:
        """Up to which age an answer is given again without asking."""
        return self._ages_of(slot, answer).fresh

    def _aged(
        self, slot: Slot, connector: Connector, gate: Bulkhead, kept: Kept, max_age: float | None
    ) -> Reading:
        """What to do with an answer that is not simply given."""
        age = self._clock() - kept.fetched
        young = max_age is None or age < max_age
        how = How.HIT if age < kept.ages.fresh else How.STALE
        if young and (how is How.HIT or self._may_be_stale(slot, kept)):
            self._renew(slot, connector, kept)
            return Reading(kept.answer, how, age)
        if self._may_stand_in(slot, kept):
            return self._asked_or_spare(slot, connector, gate, kept, live=not young)
        # Whoever failed lately is asked without pauses between tries: it has to earn them anew.
        return self._asked(slot, connector, gate, live=not young, spare=kept.failing)

    def _may_be_stale(self, slot: Slot, kept: Kept) -> bool:
        """Whether it may be given while it is renewed."""
        if kept.failing:
            return self._may_stand_in(slot, kept)
        return self._is_trusted(slot, kept) and self._clock() - kept.fetched < kept.ages.while_revalidate

    def _may_stand_in(self, slot: Slot, kept: Kept) -> bool:
        """Whether it may be given when the upstream fails."""
        return self._is_trusted(slot, kept) and self._clock() - kept.fetched < kept.ages.on_error

    def _is_trusted(self, slot: Slot, kept: Kept) -> bool:
        return self._store.get(slot) is kept and kept.fetched > self._refused.get(slot[0], float("-inf"))

    def _asked(
        self, slot: Slot, connector: Connector, gate: Bulkhead, *, live: bool, spare: bool = False
    ) -> Reading:
        flight = self._flights.flight(slot, connector, gate, spare=spare, live=live)
        how = How.JOINED if flight.joinable else How.MISS
        return Reading(flight.join(), how)

    def _asked_or_spare(
        self, slot: Slot, connector: Connector, gate: Bulkhead, kept: Kept, *, live: bool
    ) -> Reading:
        """The upstream's answer; what is kept when it fails, or is slow unless it is to be `live`."""

        def tire() -> None:
            if self._may_stand_in(slot, kept):
                kept.failing, kept.tried = True, self._clock()
                self._renewals.begin(slot, connector)

        reading = self._asked(slot, connector, gate, live=live, spare=True)
        spare = Spare(kept, self._clock, lambda: self._may_stand_in(slot, kept))
        stand_by(reading, spare, tire=None if live else tire)
        return reading

    def _renew(self, slot: Slot, connector: Connector, kept: Kept) -> None:
        """Ask for it anew, in the background."""
        paused = kept.failing and self._clock() - kept.tried < PAUSE
        if not paused and slot not in self._flights:
            self._renewals.begin(slot, connector)

    def _ages_of(self, slot: Slot, answer: object) -> Ages:
        fetch = slot[1]
        if answer is None or getattr(answer, "bad_entries", 0) > 0:
            return Ages(fetch.policy.absent, fetch.policy.absent, 0)
        ages = self._ages.get(fetch)
        if ages is None:
            given = self._given.get(fetch.policy.kind, AS_WRITTEN)
            ages = self._ages[fetch] = given.over(fetch.policy.ages)
        return ages

    def _forget(self, drop: Drop) -> int:
        self._forgotten()
        for slot in tuple(self._flights):
            if drop.takes(slot, None):
                self._flights.disown(slot)
        # First without their tags, which are worked out anew for each.
        kept = ((slot, self._store.peek(slot)) for slot in self._candidates(drop) if drop.takes(slot, None))
        meant = (slot for slot, one in kept if one and drop.takes(slot, tags(slot, one.answer)))
        return sum(map(self._store.drop, meant))

    def _candidates(self, drop: Drop) -> set[Slot]:
        """The slots that may be meant: found by their tags where the patient's ids are known."""
        if not drop.patients or None in drop.patients.values():
            return set(self._store.slots())
        told = {ANYBODY}.union(*(ids or () for ids in drop.patients.values()))
        return {slot for tag in told for slot in self._store.tagged(tag)}
