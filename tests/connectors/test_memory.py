"""The memory: one flight per key, waves, pins, absence, and what cancelling costs whom."""

import asyncio
from collections.abc import Callable
from typing import Any, ClassVar

import msgspec
import pytest

from app.policies import policies_table
from app.upstreams import KNOWN
from connectors.cache import Fetch, Kind, remembered
from connectors.errors import TimedOut, Unreachable
from connectors.listing import Listing
from connectors.memory import Memory
from connectors.pins import Pins
from tests.clock import OwnClock
from tests.connectors.sharing import Archive, Note


class Library:
    """A connector over a function, that counts the questions it was asked."""

    system: ClassVar[str] = "library"

    def __init__(self, answer: Callable[[str], str | None], realm: str = "here") -> None:
        self._answer = answer
        self.realm = realm
        self.asked: list[str] = []
        self.called_back: list[str] = []
        self.opened = asyncio.Event()
        self.opened.set()

    @remembered(Kind.PLANS, fresh=60, while_revalidate=60, on_error=0, absent=5)
    async def book(self, key: str) -> str | None:
        """The book of this key."""
        self.asked.append(key)
        try:
            await self.opened.wait()
        except asyncio.CancelledError:
            self.called_back.append(key)
            raise
        return self._answer(key)


def titled(key: str) -> str | None:
    """Every key but one has a book."""
    return None if key == "none" else f"title of {key}"


def pins(memory: Memory, library: Library) -> Pins:
    """A new operation's."""
    return Pins(memory, {Library: library})


async def settled(answer: object) -> Any:
    """The answer, waited for if need be."""
    return await answer if isinstance(answer, asyncio.Future) else answer


async def test_a_remembered_answer_is_no_awaitable() -> None:
    """What was read once is given at once, to every later operation, without asking."""
    memory, library = Memory(), Library(titled)

    assert await settled(pins(memory, library).read(Library.book, "a")) == "title of a"

    assert pins(memory, library).read(Library.book, "a") == "title of a"
    assert library.asked == ["a"]


async def test_concurrent_misses_share_one_flight() -> None:
    """A hundred operations that miss the same key at once ask once."""
    memory, library = Memory(), Library(titled)

    answers = await asyncio.gather(
        *(settled(pins(memory, library).read(Library.book, "a")) for _ in range(100))
    )

    assert set(answers) == {"title of a"}
    assert library.asked == ["a"]


@pytest.mark.parametrize(("key", "kept"), [("a", 60), ("none", 5)], ids=["found", "absent"])
async def test_answers_last_as_long_as_their_policy_says(key: str, kept: int) -> None:
    """A found answer lasts its fresh age, an absence its shorter one."""
    clock = OwnClock()
    memory, library = Memory(clock=clock), Library(titled)
    await settled(pins(memory, library).read(Library.book, key))

    clock.go_on(kept - 0.1)
    await settled(pins(memory, library).read(Library.book, key))
    assert len(library.asked) == 1

    clock.go_on(0.1)
    await settled(pins(memory, library).read(Library.book, key))
    assert len(library.asked) == 2


async def test_an_operation_sees_one_version_of_a_key() -> None:
    """What an operation has read stays as it was for it, also when the memory has learnt better."""
    clock = OwnClock()
    answers = iter(["first", "second"])
    memory, library = Memory(clock=clock), Library(lambda _: next(answers))
    one = pins(memory, library)
    await settled(one.read(Library.book, "a"))
    clock.go_on(61)

    assert await settled(pins(memory, library).read(Library.book, "a")) == "second"

    assert one.read(Library.book, "a") == "first"


async def test_a_failure_is_told_to_all_who_wait_and_not_kept() -> None:
    """Everyone who waits gets the failure, the same operation gets it again, the next one asks anew."""
    failing = [True]

    def answer(key: str) -> str:
        if failing[0]:
            raise Unreachable("library")
        return "recovered"

    memory, library = Memory(), Library(answer)
    one, other = pins(memory, library), pins(memory, library)
    outcomes = await asyncio.gather(
        *(settled(each.read(Library.book, "a")) for each in (one, other)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [Unreachable, Unreachable]
    failing[0] = False

    with pytest.raises(Unreachable):
        await settled(one.read(Library.book, "a"))
    assert await settled(pins(memory, library).read(Library.book, "a")) == "recovered"
    assert len(library.asked) == 2


async def test_one_callers_leaving_does_not_fail_the_others() -> None:
    """Who closes its operation leaves the flight; the others get their answer from it."""
    memory, library = Memory(), Library(titled)
    library.opened.clear()
    leaving, staying = pins(memory, library), pins(memory, library)
    leaving.read(Library.book, "a")
    waiting = asyncio.ensure_future(settled(staying.read(Library.book, "a")))
    await until(lambda: library.asked == ["a"])

    leaving.close()
    library.opened.set()

    assert await waiting == "title of a"
    assert library.asked == ["a"]


async def test_a_flight_nobody_waits_for_is_called_back() -> None:
    """When the last one leaves, the question to the upstream is cancelled, and a later reader asks anew."""
    memory, library = Memory(), Library(titled)
    library.opened.clear()
    only = pins(memory, library)
    only.read(Library.book, "a")
    await until(lambda: library.asked == ["a"])

    only.close()
    await asyncio.sleep(0)
    later = asyncio.ensure_future(settled(pins(memory, library).read(Library.book, "a")))
    await until(lambda: library.called_back == ["a"])
    library.opened.set()

    assert await later == "title of a"
    assert library.asked == ["a", "a"]
    await memory.aclose()


async def test_leaving_before_departure_asks_nothing() -> None:
    """An operation that ends in the tick in which it missed costs no question."""
    memory, library = Memory(), Library(titled)
    only = pins(memory, library)
    only.read(Library.book, "a")

    only.close()
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert library.asked == []


async def test_an_expired_operation_fails_what_it_waits_for() -> None:
    """At the end of an operation's time its open reads fail with a coded error, as does what it asks next."""
    memory, library = Memory(), Library(titled)
    library.opened.clear()
    late = pins(memory, library)
    open_read = late.read(Library.book, "a")
    await until(lambda: library.asked == ["a"])

    late.expire()

    for answer in (open_read, late.read(Library.book, "b")):
        with pytest.raises(TimedOut):
            await settled(answer)
    await until(lambda: library.called_back == ["a"])
    await memory.aclose()


async def test_closing_the_memory_leaves_no_flight() -> None:
    """After aclose no task of the memory is left."""
    memory, library = Memory(), Library(titled)
    library.opened.clear()
    reading = pins(memory, library)
    reading.read(Library.book, "a")
    await until(lambda: library.asked == ["a"])
    before = asyncio.all_tasks()

    await memory.aclose()

    assert asyncio.all_tasks() < before
    reading.close()


async def test_realms_share_nothing() -> None:
    """The same key of another credential or tenant is another answer."""
    memory = Memory()
    mine, yours = Library(lambda _: "mine", realm="me"), Library(lambda _: "yours", realm="you")
    await settled(pins(memory, mine).read(Library.book, "a"))

    assert await settled(pins(memory, yours).read(Library.book, "a")) == "yours"


async def test_a_partial_answer_is_not_kept_long() -> None:
    """An answer that lacks an entry is remembered only as long as an absence is."""
    clock = OwnClock()
    memory, library = Memory(clock=clock), Library(lambda _: Listing(items=(), bad_entries=1))  # type: ignore[arg-type, return-value]
    await settled(pins(memory, library).read(Library.book, "a"))
    clock.go_on(5)

    await settled(pins(memory, library).read(Library.book, "a"))

    assert len(library.asked) == 2


def test_the_policies_are_these() -> None:
    """Every answer of an upstream is remembered for the time that operators have agreed to."""
    told = policies_table({})

    assert told.splitlines() == [
        "method                           kind         fresh, s while revalidate, s on error, s absent, s",
        "Canvas.patient                   patients           60                 600        3600         5",
        "Canvas.patients                  patients           60                 600        3600         5",
        "Canvas.patients_linked           patients           60                 600        3600         5",
        "Canvas.related_person            patients           60                 600        3600         5",
        "Canvas.coverage                  coverages          60                 600        3600         5",
        "Canvas.coverages_of              coverages          60                 600        3600         5",
        "Canvas.coverages_under           coverages          60                 600        3600         5",
        "Canvas.organization              payors           3600               86400       86400         5",
        "Canvas.organizations             payors           3600               86400       86400         5",
        "Clinic.person_information        persons            60                 600        3600         5",
        "Clinic.person_informations_of    persons            60                 600        3600         5",
        "Clinic.person_informations       persons            60                 600        3600         5",
        "Clinic.dependents_of             dependents         60                 600        3600         5",
        "Clinic.dependents                dependents         60                 600        3600         5",
        "Clinic.plans                     plans            3600               86400       86400         5",
        "Eligibility.history              eligibility        60                 300           0         5",
    ]


def test_every_remembered_answer_can_travel() -> None:
    """A decoder exists for every method's answer, so that a shared tier can hold it."""
    fetches = [fetch for connector in KNOWN for fetch in vars(connector).values() if isinstance(fetch, Fetch)]

    assert fetches
    for fetch in fetches:
        msgspec.json.Decoder(fetch.answer_type)


async def until(holds: Callable[[], bool]) -> None:
    """Let the event loop run until something holds; fail if it never does."""
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0)


async def test_nothing_is_left_of_what_was_asked() -> None:
    """Answers, failures and calls back leave no flight behind, only what is remembered."""
    memory, library = Memory(), Library(titled)
    library.opened.clear()
    one = pins(memory, library)
    for key in ("a", "b"):
        one.read(Library.book, key)
    await until(lambda: len(library.asked) == 2)
    one.close()
    other = pins(memory, library)
    library.opened.set()
    await settled(other.read(Library.book, "c"))
    await until(lambda: not memory._flights._tasks)

    assert not list(memory._flights)


def test_an_id_is_of_one_realm() -> None:
    """What is found for a patient's id is what that realm told: elsewhere the same id is somebody else's."""
    memory = Memory()
    for realm in ("here", "there"):
        memory.arrived((realm, Archive.note, "a"), Note(id="a", patient_id="7", text=realm), 0)

    assert [note.text for note in memory.tagged("here", "7")] == ["here"]
