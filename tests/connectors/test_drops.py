"""Drops: what one process forgot the others forget too, whatever happens to the server or on the way."""

import asyncio
import itertools
from time import monotonic
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from connectors.cache import Kind
from connectors.drop import Drop, slot_text
from connectors.ending import ended
from connectors.store import drops, forgotten
from connectors.store.drops import STREAM
from connectors.store.forgotten import SKEW, Forgotten
from connectors.tags import ANYBODY
from tests.connectors.sharing import KEY, Archive, Office, Process, until

OF_A = Drop(patients={"here": frozenset({"of a"})})


def remembers(process: Process) -> bool:
    """Whether a process remembers the note "a"."""
    return process.remembers("a", Archive.note)


async def knowing(shared: Office) -> tuple[Process, Process]:
    """Two processes that remember the notes "a" and "b"."""
    one, two = await shared.two()
    for process in (one, two):
        for key in "ab":
            await process.text(key)
            await process.sent()
    return one, two


async def test_what_one_process_forgets_the_others_forget_at_once(shared: Office) -> None:
    """Within a second, and nothing else; then the upstream is asked, and what it says is shared."""
    one, two = await knowing(shared)
    began = monotonic()

    assert one.memory.drop(OF_A) == 1

    await until(lambda: not remembers(two))
    assert monotonic() - began < 1
    assert two.remembers("b", Archive.note)
    assert await two.text("a") == "here a from two 1"
    assert await one.text("a") == "here a from one 3"


async def test_what_is_asked_for_after_a_drop_is_shared_again(shared: Office) -> None:
    """Once the clocks cannot be the reason that it seems to be of after."""
    one, two = await knowing(shared)
    one.memory.drop(OF_A)
    await until(lambda: not remembers(two))
    shared.clock.go_on(SKEW)

    assert await one.text("a") == "here a from one 3"
    await one.sent()
    assert await two.text("a") == "here a from one 3"


async def test_nobody_reads_what_they_forgot_themselves(shared: Office) -> None:
    """After a drop nothing of before is taken from the tier, whether it was told to anybody yet or not."""
    one, _ = await knowing(shared)
    await ended(one.tier._following)
    one.memory.drop(OF_A)

    assert await one.text("a") == "here a from one 3"


async def test_a_drop_while_an_answer_is_on_its_way(shared: Office) -> None:
    """Those who wait are given it; it is neither kept nor given to others, who ask at once."""
    one, two, first, second = await shared.waiting()

    two.memory.drop(OF_A)

    assert {await two.text(), await second} <= {"here a from two 1", "here a from two 2"}
    await one.heard()
    one.archive.opened.set()
    assert await first == "here a from one 1"
    await one.sent()
    assert not remembers(one)
    three = await shared.process("three")
    assert await three.text() == "here a from three 1"


async def test_a_drop_while_the_tier_is_asked(shared: Office) -> None:
    """An answer that the tier gives to a process while it hears of a drop is not kept by it."""
    one, _ = await knowing(shared)
    three = await shared.process("three")
    reading = asyncio.ensure_future(three.text())
    while three.memory._flights._by_tier._doing is None:
        await asyncio.sleep(0)
    three.memory.heard(OF_A)

    assert await reading == "here a from one 1"
    assert not remembers(three)
    assert (one.archive.asked, three.archive.asked) == (["a", "b"], [])


async def test_a_process_that_starts_knows_what_was_forgotten(shared: Office) -> None:
    """What stands in the tier from before a drop is not for processes that come after it either."""
    one, _ = await knowing(shared)
    one.memory.drop(OF_A)
    await one.told()

    three = await shared.process("three")

    assert await three.text("a") == "here a from three 1"
    assert await three.text("b") == "here b from one 2"


async def test_a_drop_of_while_the_tier_was_down_reaches_the_others(mortal: Office) -> None:
    """As soon as it is back, although it lost everything."""
    one, two = await knowing(mortal)
    await mortal.server.kill()
    one.memory.drop(OF_A)
    await mortal.server.start()

    await until(lambda: not remembers(two))
    await until(lambda: two.tier.up and one.tier.up)


async def test_a_server_that_lost_everything_makes_each_process_forget(mortal: Office) -> None:
    """What others forgot between its last word and its end nobody knows: all is asked anew, and shared."""
    one, two = await knowing(mortal)
    await mortal.server.kill()
    await mortal.server.start()

    await until(lambda: not any(map(remembers, (one, two))))
    await until(lambda: two.tier.up and one.tier.up)
    told = await one.text("b")
    await one.sent()
    assert await two.text("b") == told


async def test_who_was_away_hears_what_they_missed(mortal: Office) -> None:
    """A process whose connections broke, and whose server did not answer for a while, reads on."""
    one, two = await knowing(mortal)
    two.tier._following.cancel()  # type: ignore[union-attr]  # it is there
    one.memory.drop(OF_A)
    await one.told()
    async with mortal.server.client() as client:
        await client.client_kill_filter(_type="normal", skipme=True)
    mortal.server.pause()
    await two.tier.open()
    assert remembers(two)
    mortal.server.go_on()

    await until(lambda: not remembers(two))
    assert two.remembers("b", Archive.note)


@pytest.mark.parametrize("end", ["killed", "paused"])
async def test_a_connection_that_ends_is_opened_again(mortal: Office, end: str) -> None:
    """Drops are heard also when the line on which they are told is cut, or the server stops for a while."""
    one, two = await knowing(mortal)
    async with mortal.server.client() as client:
        for number in range(3):
            if end == "killed":
                await client.client_kill_filter(_type="normal", skipme=True)
            else:
                mortal.server.pause()
            one.memory.drop(Drop(patients={"here": frozenset({f"of {'ab'[number % 2]}"})}))
            if end == "paused":
                mortal.server.go_on()
            await until(lambda key="ab"[number % 2]: not two.remembers(key, Archive.note))  # type: ignore[misc]
            await until(lambda: two.tier.up)
            await two.text("a")
            await two.text("b")


async def test_whose_stream_vanished_forgets(shared: Office, client: Redis) -> None:
    """A stream that was deleted, or pushed out for want of memory, may have told something."""
    one, two = await knowing(shared)

    await client.delete(STREAM)

    await until(lambda: not any(map(remembers, (one, two))))
    await until(lambda: one.tier.up and two.tier.up)
    one.memory.drop(OF_A)
    await one.told()
    await two.heard()


async def test_answers_from_before_the_stream_begins_are_not_given(shared: Office, client: Redis) -> None:
    """Who starts cannot know what was forgotten then."""
    one, _ = await knowing(shared)
    await client.delete(STREAM)

    three = await shared.process("three")

    assert await three.text("b") == "here b from three 1"
    assert one.archive.asked == ["a", "b"]


async def test_rubbish_in_the_streams_place_is_cleared_away(shared: Office, client: Redis) -> None:
    """Nobody hears of anything while something else stands there."""
    one, two = await knowing(shared)
    await client.set(STREAM, b"rubbish")
    one.memory.drop(OF_A)

    await until(lambda: not remembers(two))
    await until(lambda: one.tier.up and two.tier.up)


@pytest.mark.parametrize("fields", [{"other": "thing"}, {"": ""}])
async def test_what_no_gateway_told_does_no_harm(
    shared: Office, client: Redis, fields: dict[Any, Any]
) -> None:
    """Entries of other programs are passed over."""
    one, two = await knowing(shared)
    await client.xadd(STREAM, fields)
    await asyncio.gather(one.heard(), two.heard())

    assert remembers(one)
    one.memory.drop(OF_A)
    await until(lambda: not remembers(two))


@pytest.mark.parametrize("sealed", [b"", b"rubbish", b"\0" * 100])
async def test_a_drop_that_cannot_be_read_may_be_any(shared: Office, client: Redis, sealed: bytes) -> None:
    """A gateway with another key forgot something: everything is forgotten, and nothing older is taken."""
    one, two = await knowing(shared)

    await client.xadd(STREAM, {"drop": sealed})

    await until(lambda: not any(map(remembers, (one, two))))
    three = await shared.process("three")
    assert await three.text("a") == "here a from three 1"
    assert three.tier.up


async def test_gateways_hear_of_each_other_while_keys_are_changed(shared: Office) -> None:
    """As long as each can open what the other seals."""
    other = bytes(32)
    one = await shared.process("one", keys=(KEY, other))
    two = await shared.process("two", keys=(other, KEY))
    for process in (one, two):
        await process.text("a")
        await process.text("b")

    one.memory.drop(OF_A)
    await until(lambda: not remembers(two))
    two.memory.drop(Drop(patients={"here": frozenset({"of b"})}))
    await until(lambda: not one.remembers("b", Archive.note))
    assert not remembers(one)


async def test_thousands_of_untold_drops_are_told_as_everything(
    mortal: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tier that is down for long makes no list without end, and no drop is lost."""
    monkeypatch.setattr(drops, "MOST_UNTOLD", 20)
    one, two = await knowing(mortal)
    await two.read("a", Archive.book)
    mortal.server.pause()
    for number in range(50):
        one.memory.drop(Drop(patients={"here": frozenset({f"of {number}"})}))
        assert len(one.tier._drops._untold) <= 20
    mortal.server.go_on()

    await until(lambda: not (remembers(two) or two.remembers("a", Archive.book)))


async def test_a_process_says_its_last_word(shared: Office) -> None:
    """What a process forgot in its last moment the others hear."""
    one, two = await knowing(shared)

    one.memory.drop(OF_A)
    await one.memory.aclose()
    await one.tier.aclose()

    await until(lambda: not remembers(two))


async def test_a_long_stream_is_read_in_pages(
    shared: Office, client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that starts reads all of it before it takes anything from the tier."""
    monkeypatch.setattr(drops, "PAGE", 10)
    one, _ = await knowing(shared)
    for number in range(95):
        one.memory.drop(Drop(patients={"here": frozenset({f"of {'a' if number == 94 else number}"})}))
    await one.told()

    three = await shared.process("three")

    assert three.tier.up
    assert await three.text("a") == "here a from three 1"
    assert await three.text("b") == "here b from one 2"


async def test_what_was_cut_off_a_stream_counts_as_forgotten(
    shared: Office, client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream has an end; what is older than its first entry is not given any more."""
    one, _ = await knowing(shared)
    one.memory.drop(OF_A)
    await one.told()
    one.memory.drop(Drop(kind=Kind.PLANS))
    await one.told()
    await client.xtrim(STREAM, maxlen=1, approximate=False)

    three = await shared.process("three")

    assert await three.text("a") == "here a from three 1"
    assert await three.text("b") == "here b from three 2"


KINDS = st.sampled_from([Kind.PATIENTS, Kind.PAYORS, Kind.PLANS])
PATIENTS = st.dictionaries(
    st.sampled_from(["here", "there"]), st.sampled_from(["of a", "of b", ANYBODY, None]), min_size=1
)
KEYS = st.sampled_from([slot_text(("here", Archive.note, key)) for key in "ab"])
DROPS = st.one_of(
    st.builds(Drop, kind=KINDS),
    st.builds(Drop, patients=PATIENTS),
    st.builds(Drop, key=KEYS),
    st.just(Drop()),
)


@given(
    st.lists(st.tuples(st.integers(-3, 20), DROPS), max_size=12),
    st.integers(0, 40),
    st.sampled_from([Archive.note, Archive.book, Archive.notes]),
    st.sampled_from("ab"),
    st.sets(st.sampled_from(["of a", "of b", ANYBODY])),
)
def test_no_drop_is_overlooked(
    told: list[tuple[int, Drop]], asked: int, fetch: Any, key: str, whose: set[str]
) -> None:
    """What any drop takes that is not older than clocks may differ is taken, in whichever order they came."""
    known = Forgotten()
    known.known_since(-100)
    for when, drop in itertools.accumulate(told, lambda last, one: (last[0] + one[0], one[1])):
        known.note(when, drop)
    slot = ("here", fetch, key)
    moments = itertools.accumulate(when for when, _ in told)
    meant = [when for when, (_, drop) in zip(moments, told, strict=True) if drop.takes(slot, whose)]

    if any(asked <= when + SKEW for when in meant):
        assert known.takes(slot, whose, asked)
    if not meant:
        assert not known.takes(slot, whose, asked)


def test_what_is_older_than_all_that_is_known_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many drops are known; of what is older, nobody can tell."""
    monkeypatch.setattr(forgotten, "MOST", 10)
    known = Forgotten()
    for when in range(100, 112):
        known.note(when, Drop(patients={"there": frozenset({f"of {when}"})}))
    slot = ("here", Archive.note, "a")

    assert known.takes(slot, [], 101)
    assert not known.takes(slot, [], 102 + SKEW)
