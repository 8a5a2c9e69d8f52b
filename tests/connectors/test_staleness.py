"""How old an answer may be: fresh, while it is renewed, when the upstream fails; never after a refusal."""

import asyncio
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from connectors.cache import GivenAges, Kind, remembered
from connectors.drop import Drop, slot_text
from connectors.errors import (
    BadResponse,
    Failed,
    Forbidden,
    InvalidKey,
    RateLimited,
    Refused,
    Rejected,
    TimedOut,
    Unreachable,
)
from connectors.memory import PAUSE, Memory
from connectors.pins import Pins
from connectors.reading import How
from connectors.renewals import MOST_RENEWED
from connectors.retry import FALLBACK
from tests.clock import OwnClock

TRANSIENT = (Unreachable, TimedOut, RateLimited, Failed, BadResponse)
FRESH, WHILE, ERROR = 60, 600, 3600


class Library:
    """A connector whose answers tell how often it was asked, and which fails on demand."""

    system: ClassVar[str] = "library"

    def __init__(self, realm: str = "here") -> None:
        self.realm = realm
        self.asked: list[str] = []
        self.failure: Exception | None = None
        self.opened = asyncio.Event()
        self.opened.set()

    @remembered(Kind.PAYORS, fresh=FRESH, while_revalidate=WHILE, on_error=ERROR)
    async def book(self, key: str) -> str | None:
        """The edition of the book that is sold now."""
        return await self._edition(key)

    @remembered(Kind.ELIGIBILITY, fresh=FRESH, while_revalidate=WHILE, on_error=0)
    async def price(self, key: str) -> str | None:
        """What it costs: of no use when it cannot be confirmed."""
        return await self._edition(key)

    async def _edition(self, key: str) -> str | None:
        self.asked.append(key)
        await self.opened.wait()
        if self.failure is not None:
            raise self.failure
        return None if key == "none" else f"{key} {len(self.asked)}"


class Shelf:
    """A memory over a library, read by one operation after the other."""

    def __init__(self, **settings: Any) -> None:
        self.clock = OwnClock()
        self.library = Library()
        self.memory = Memory(clock=self.clock, chance=lambda: 0.0, **settings)

    async def read(self, key: str = "a", fetch: Any = Library.book, **asked: Any) -> tuple[Any, How]:
        """What a new operation is given for this key, and how."""
        reading = self.memory.read(self.library, fetch, key, **asked)
        answer = await reading.answer if reading.pending else reading.answer
        return answer, reading.how

    async def settled(self) -> None:
        """Let what is asked in the background come to its end."""
        async with asyncio.timeout(5):
            while self.memory.renewing or list(self.memory._flights):
                await asyncio.sleep(0)


async def test_a_fresh_answer_is_given_without_asking() -> None:
    """Up to its fresh age nobody is asked."""
    shelf = Shelf()
    assert await shelf.read() == ("a 1", How.MISS)
    shelf.clock.go_on(FRESH - 0.1)

    assert await shelf.read() == ("a 1", How.HIT)
    assert shelf.library.asked == ["a"]


async def test_a_stale_answer_is_given_while_it_is_renewed() -> None:
    """Past its fresh age it is given at once, however slow the upstream is; later ones get a new one."""
    shelf = Shelf()
    await shelf.read()
    shelf.clock.go_on(FRESH)
    shelf.library.opened.clear()

    assert await shelf.read() == ("a 1", How.STALE)
    assert await shelf.read() == ("a 1", How.STALE)
    shelf.library.opened.set()
    await shelf.settled()

    assert await shelf.read() == ("a 2", How.HIT)
    assert shelf.library.asked == ["a", "a"]


async def test_what_came_together_is_renewed_at_different_moments() -> None:
    """Each answer is renewed at its own moment in the last tenth of its fresh age, and not stale before."""
    shelf = Shelf()
    chances = iter([0.0, 0.5, 1.0])
    shelf.memory._chance = lambda: next(chances, 0.0)
    for key in "abc":
        await shelf.read(key)
    asked = []
    for _ in range(13):
        shelf.clock.go_on(FRESH / 13 - 1e-6)
        for key in "abc":
            assert (await shelf.read(key))[1] is How.HIT
        await shelf.settled()
        asked.append("".join(shelf.library.asked[3:]))

    assert asked[-1] == "cb"
    assert asked.index("c") < asked.index("cb")


@pytest.mark.parametrize("failure", TRANSIENT)
async def test_an_old_answer_stands_in_for_one_that_fails(failure: type[Exception]) -> None:
    """Between the second age and the third the upstream is asked, and the old answer given if it fails."""
    shelf = Shelf()
    await shelf.read()
    shelf.clock.go_on(WHILE)
    shelf.library.failure = failure("library")

    assert await shelf.read() == ("a 1", How.STALE)

    shelf.clock.go_on(ERROR - WHILE - 0.1)
    assert await shelf.read() == ("a 1", How.STALE)
    shelf.clock.go_on(0.1)
    with pytest.raises(failure):
        await shelf.read()


async def test_between_the_second_age_and_the_third_a_working_upstream_is_waited_for() -> None:
    """What could be had new is not given old."""
    shelf = Shelf()
    await shelf.read()
    shelf.clock.go_on(WHILE)

    assert await shelf.read() == ("a 2", How.MISS)


async def test_once_failed_it_is_given_at_once_until_the_upstream_recovers() -> None:
    """After a failure nobody waits; the upstream is asked behind it, at most once a pause; then it is new."""
    shelf = Shelf()
    await shelf.read()
    shelf.clock.go_on(WHILE)
    shelf.library.failure = Unreachable("library")
    await shelf.read()
    asked = len(shelf.library.asked)
    for _ in range(10):
        assert await shelf.read() == ("a 1", How.STALE)
        await shelf.settled()
    assert len(shelf.library.asked) == asked

    shelf.clock.go_on(PAUSE)
    shelf.library.failure = None
    assert await shelf.read() == ("a 1", How.STALE)
    await shelf.settled()

    assert await shelf.read() == (f"a {asked + 1}", How.HIT)


async def test_a_slow_upstream_is_waited_for_no_longer_than_a_moment() -> None:
    """Who has an older answer to fall back on gets it; the question goes on, and the next does not wait."""
    shelf = Shelf()
    await shelf.read()
    shelf.clock.go_on(WHILE)
    shelf.library.opened.clear()

    assert await shelf.read() == ("a 1", How.STALE)  # after PATIENCE
    assert await shelf.read() == ("a 1", How.STALE)

    shelf.library.opened.set()
    await shelf.settled()
    assert await shelf.read() == ("a 2", How.HIT)


async def test_what_may_not_stand_in_is_not_given_once_it_failed() -> None:
    """With no third age a failed renewal ends the second: then the upstream is asked, and its error told."""
    shelf = Shelf()
    await shelf.read(fetch=Library.price)
    shelf.clock.go_on(FRESH)
    shelf.library.failure = Unreachable("library")
    assert await shelf.read(fetch=Library.price) == ("a 1", How.STALE)
    await shelf.settled()

    with pytest.raises(Unreachable):
        await shelf.read(fetch=Library.price)


async def test_an_operator_may_allow_it() -> None:
    """Ages set for a kind come in place of the method's; what is not set stays."""
    shelf = Shelf(ages={Kind.ELIGIBILITY: GivenAges(on_error=1000)})
    await shelf.read(fetch=Library.price)
    shelf.library.failure = Unreachable("library")
    shelf.clock.go_on(999)
    assert await shelf.read(fetch=Library.price) == ("a 1", How.STALE)

    shelf.clock.go_on(1)
    with pytest.raises(Unreachable):
        await shelf.read(fetch=Library.price)


async def test_nothing_stale_after_refused_credentials() -> None:
    """After a 401 nothing that the upstream told before is given stale, whatever the key; later words are."""
    shelf = Shelf()
    for key in "ab":
        await shelf.read(key)
    shelf.clock.go_on(WHILE)
    shelf.library.failure = Refused("library")
    with pytest.raises(Refused):
        await shelf.read("a")

    shelf.library.failure = Unreachable("library")
    for key in "ab":
        with pytest.raises(Unreachable):
            await shelf.read(key)

    shelf.library.failure = None
    shelf.clock.go_on(1)
    await shelf.read("a")
    shelf.clock.go_on(WHILE)
    shelf.library.failure = Unreachable("library")
    assert (await shelf.read("a"))[1] is How.STALE


async def test_refused_credentials_of_one_realm_are_no_others() -> None:
    """Another tenant's or credential's answers stay."""
    shelf = Shelf()
    other = Library(realm="there")
    await shelf.memory.read(other, Library.book, "a").answer
    await shelf.read()
    shelf.clock.go_on(FRESH)
    shelf.library.failure = Refused("library")
    await shelf.read()
    await shelf.settled()

    assert shelf.memory.read(other, Library.book, "a").how is How.STALE


@pytest.mark.parametrize("failure", [Forbidden("library"), Rejected("library")])
async def test_nothing_stale_after_this_key_was_refused(failure: Exception) -> None:
    """A 403 and other rejections end the old answer of this key; other keys keep theirs."""
    shelf = Shelf()
    for key in "ab":
        await shelf.read(key)
    shelf.clock.go_on(WHILE)
    shelf.library.failure = failure
    with pytest.raises(type(failure)):
        await shelf.read("a")

    shelf.library.failure = Unreachable("library")
    with pytest.raises(Unreachable):
        await shelf.read("a")
    assert (await shelf.read("b"))[1] is How.STALE


async def test_nothing_stale_once_there_is_none() -> None:
    """That there is no such record any more takes the place of the record."""
    shelf = Shelf()
    await shelf.read()
    shelf.library._edition = _gone  # type: ignore[assignment, method-assign]  # sold no more
    shelf.clock.go_on(FRESH)
    await shelf.read()
    await shelf.settled()

    assert await shelf.read() == (None, How.HIT)


async def _gone(_: str) -> None:
    return None


async def test_an_absence_is_never_stale() -> None:
    """That there is none is kept for seconds, and asked again after."""
    shelf = Shelf()
    await shelf.read("none")
    shelf.clock.go_on(5)
    shelf.library.failure = Unreachable("library")

    with pytest.raises(Unreachable):
        await shelf.read("none")


@pytest.mark.parametrize(("age", "max_age", "how"), [(10, 11, How.HIT), (10, 10, How.MISS), (0, 0, How.MISS)])
async def test_a_client_may_ask_for_younger_data(age: float, max_age: float, how: How) -> None:
    """What is as old as that is asked for anew, and waited for."""
    shelf = Shelf()
    await shelf.read()
    shelf.clock.go_on(age)

    assert (await shelf.read(max_age=max_age))[1] is how


async def test_what_is_too_old_for_a_client_may_stand_in_when_the_upstream_fails() -> None:
    """It is marked stale although it is fresh; what must be confirmed is not given at all."""
    shelf = Shelf()
    for fetch in (Library.book, Library.price):
        await shelf.read(fetch=fetch)
    shelf.library.failure = Unreachable("library")

    assert await shelf.read(max_age=0) == ("a 1", How.STALE)
    with pytest.raises(Unreachable):
        await shelf.read(max_age=0, fetch=Library.price)


async def test_a_greater_age_than_the_servers_own_changes_nothing() -> None:
    """A client cannot have older data than the policy allows."""
    shelf = Shelf()
    await shelf.read()
    shelf.clock.go_on(WHILE)

    assert await shelf.read(max_age=10 * WHILE) == ("a 2", How.MISS)


async def test_renewals_are_bounded() -> None:
    """Of one upstream's stale answers so many are renewed at once; another's do not wait for them."""
    shelf = Shelf()
    keys = [f"key {number}" for number in range(2 * MOST_RENEWED)]
    for key in keys:
        await shelf.read(key)
    shelf.clock.go_on(FRESH)
    shelf.library.asked.clear()
    shelf.library.opened.clear()
    for key in keys:
        assert (await shelf.read(key))[1] is How.STALE
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(shelf.library.asked) == MOST_RENEWED

    other = Library(realm="there")
    shelf.memory.arrived(("there", Library.book, "a"), "a 0", FRESH - 1)
    shelf.clock.go_on(1)
    assert shelf.memory.read(other, Library.book, "a").how is How.STALE
    assert shelf.memory.renewing == MOST_RENEWED + 1

    shelf.library.opened.set()
    await shelf.settled()


async def test_closing_calls_renewals_back() -> None:
    """After aclose no task is left, and nothing is renewed."""
    before = asyncio.all_tasks()
    shelf = Shelf()
    await shelf.read()
    shelf.clock.go_on(FRESH)
    shelf.library.opened.clear()
    await shelf.read()

    await shelf.memory.aclose()

    assert asyncio.all_tasks() == before


async def test_an_unexpected_failure_of_a_renewal_is_logged_without_values(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nobody waits for it, so it is told to the log: its type and the method, never key or message."""
    shelf = Shelf()
    await shelf.read("secret key")
    shelf.clock.go_on(FRESH)
    for failure in (TypeError("secret value"), Unreachable("library"), InvalidKey("secret")):
        shelf.library.failure = failure
        shelf.clock.go_on(PAUSE)
        await shelf.read("secret key")
        await shelf.settled()

    (line,) = caplog.records
    assert line.getMessage() == "unexpected TypeError while renewing Library.book"


@pytest.mark.parametrize(
    "forget",
    [
        lambda shelf: shelf.memory.drop(Drop(key=slot_text(("here", Library.book, "a")))),
        lambda shelf: shelf.memory.drop(Drop(kind=Kind.PAYORS)),
    ],
    ids=["key", "kind"],
)
async def test_what_is_forgotten_is_asked_anew(forget: Callable[[Shelf], int]) -> None:
    """Also when its question was on its way: those who wait get that answer, later ones another."""
    shelf = Shelf()
    await shelf.read()
    assert forget(shelf) == 1
    shelf.library.opened.clear()
    waiting = asyncio.ensure_future(shelf.read())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert forget(shelf) == 0
    later = asyncio.ensure_future(shelf.read())
    await asyncio.sleep(0)
    shelf.library.opened.set()

    assert (await waiting)[1] is (await later)[1] is How.MISS
    assert shelf.library.asked == ["a", "a", "a"]
    assert (await shelf.read())[0] == "a 3"


async def test_other_kinds_stay() -> None:
    """Forgetting a kind forgets no other."""
    shelf = Shelf()
    await shelf.read()
    await shelf.read(fetch=Library.price)

    assert shelf.memory.drop(Drop(kind=Kind.ELIGIBILITY)) == 1

    assert (await shelf.read())[1] is How.HIT


async def test_a_forgotten_answer_does_not_stand_in() -> None:
    """What was forgotten while its upstream was asked is not given when that fails."""
    shelf = Shelf()
    await shelf.read()
    shelf.clock.go_on(WHILE)
    shelf.library.opened.clear()
    waiting = asyncio.ensure_future(shelf.read())
    await asyncio.sleep(0)
    shelf.memory.drop(Drop(kind=Kind.PAYORS))
    shelf.library.failure = Unreachable("library")
    shelf.library.opened.set()

    with pytest.raises(Unreachable):
        await waiting


async def test_an_operation_whose_time_is_over_takes_what_may_stand_in() -> None:
    """It waits no longer for a hung upstream; what has no older answer fails."""
    shelf = Shelf()
    await shelf.read()
    shelf.library.opened.clear()
    pins = Pins(shelf.memory, {Library: shelf.library})
    pins.max_age = 0
    known, unknown = (pins.read(Library.book, key) for key in "ab")
    assert isinstance(known, asyncio.Future)
    assert isinstance(unknown, asyncio.Future)

    pins.expire()

    assert await known == "a 1"
    with pytest.raises(TimedOut):
        await unknown
    assert pins.readings[Library.book, "a"].how is How.STALE
    pins.close()
    await shelf.memory.aclose()


async def test_what_is_never_fresh_may_stand_in() -> None:
    """An operator may have everything asked for each time, and still fall back on the last answer."""
    shelf = Shelf(ages={Kind.PAYORS: GivenAges(fresh=0, while_revalidate=0)})
    await shelf.read()
    shelf.clock.go_on(1)
    assert (await shelf.read()) == ("a 2", How.MISS)
    shelf.clock.go_on(1)
    shelf.library.failure = Unreachable("library")

    assert (await shelf.read()) == ("a 2", How.STALE)


@pytest.mark.parametrize(("max_age", "falls_back"), [(None, True), (0, False)])
async def test_who_has_nothing_to_fall_back_on_gets_all_tries(
    max_age: int | None, *, falls_back: bool
) -> None:
    """A renewal is tried once, unless somebody joins it who cannot do without."""
    shelf = Shelf()
    await shelf.read(fetch=Library.price)
    shelf.clock.go_on(FRESH)
    shelf.library.opened.clear()
    told = []

    async def edition(_: str) -> str:
        await shelf.library.opened.wait()
        fallback = FALLBACK.get()
        told.append(fallback is not None and fallback.for_all)
        return "new"

    shelf.library._edition = edition  # type: ignore[assignment, method-assign]  # tells what it was asked with
    await shelf.read(fetch=Library.price)
    joining = asyncio.ensure_future(shelf.read(fetch=Library.price, max_age=max_age))
    await asyncio.sleep(0)
    shelf.library.opened.set()
    await joining
    await shelf.settled()

    assert told == [falls_back]


async def test_an_operation_tells_what_was_stale() -> None:
    """Its pins know the reading: how it was given, and how old it was."""
    shelf = Shelf()
    await shelf.read()
    shelf.clock.go_on(FRESH + 5)
    pins = Pins(shelf.memory, {Library: shelf.library})

    assert pins.read(Library.book, "a") == "a 1"

    (reading,) = pins.readings.values()
    assert (reading.how, reading.age) == (How.STALE, FRESH + 5)
    await shelf.memory.aclose()
