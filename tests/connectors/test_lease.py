"""Leases: one process asks for a key, the others wait for its answer, and for nobody who cannot give it."""

import asyncio
from time import monotonic

import pytest
from redis.asyncio import Redis

from connectors.errors import Unreachable
from connectors.store import lease
from connectors.store.lease import Holder
from tests.connectors.sharing import Archive, Office, until

AT_ONCE = 1.0
"""Seconds: half of what a lease lives that nobody gives back."""


async def leases(client: Redis) -> list[bytes]:
    """The names of all leases that somebody has."""
    return [name async for name in client.scan_iter("lease:*")]


async def test_who_waits_is_given_the_answer(shared: Office, client: Redis) -> None:
    """Soon after it came; then nobody has the lease any more."""
    one, two, first, second = await shared.waiting()

    one.archive.opened.set()
    assert await first == "here a from one 1"
    came = monotonic()
    assert await second == "here a from one 1"

    assert monotonic() - came < AT_ONCE
    assert two.archive.asked == []
    await until(lambda: _none(client))


async def _lives(client: Redis, place: bytes) -> bool:
    return await client.pttl(place) > 0.9 * lease.MILLISECONDS


async def _none(client: Redis) -> bool:
    return await leases(client) == []


@pytest.mark.parametrize("tier", ["in time", "late once"])
async def test_when_the_holder_fails_the_next_one_asks_at_once(shared: Office, tier: str) -> None:
    """Its failure is its own. Also a tier that is not used for a moment, because it was late, is told."""
    one, _, first, second = await shared.waiting()
    if tier == "late once":
        one.tier._availability.fell()
    one.archive.failure = Unreachable("archive")

    one.archive.opened.set()
    with pytest.raises(Unreachable):
        await first
    failed = monotonic()

    assert await second == "here a from two 1"
    assert monotonic() - failed < AT_ONCE


async def test_when_the_holder_is_called_back_the_next_one_asks_at_once(shared: Office) -> None:
    """Nobody in its process wants the answer any more; others do."""
    _, _, first, second = await shared.waiting()

    first.cancel()
    left = monotonic()

    assert await second == "here a from two 1"
    assert monotonic() - left < AT_ONCE


async def test_when_the_holder_ends_the_next_one_asks_at_once(shared: Office) -> None:
    """A process that is stopped gives back what it holds before it goes."""
    one, _, first, second = await shared.waiting()

    await one.memory.aclose()
    await one.tier.aclose()
    ended = monotonic()

    assert await second == "here a from two 1"
    assert monotonic() - ended < AT_ONCE
    first.cancel()


async def test_one_after_the_other_asks_while_all_fail(shared: Office) -> None:
    """Of those who wait, one takes the lease; when it fails too, the next; none asks twice."""
    processes = [await shared.process(name) for name in ("one", "two", "three")]
    for process in processes:
        process.archive.failure = Unreachable("archive")

    outcomes = await asyncio.gather(*(process.text() for process in processes), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [Unreachable] * 3
    assert [process.archive.asked for process in processes] == [["a"]] * 3


async def test_a_holder_that_died_is_waited_for_no_longer_than_its_lease(shared: Office) -> None:
    """Whose process was killed extends nothing and gives nothing back."""
    one, two, first, second = await shared.waiting()
    assert one.tier._leases._extending
    one.tier._leases._extending.cancel()
    died = monotonic()

    assert await second == "here a from two 1"

    assert monotonic() - died < lease.LIFE + AT_ONCE
    one.archive.opened.set()
    await first
    assert two.archive.asked == ["a"]


async def test_a_slow_upstream_does_not_lose_its_lease(
    shared: Office, client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the holder lives, its lease does: it is extended long before it ends."""
    monkeypatch.setattr(lease, "EXTENDED", 0.05)
    one, two, first, second = await shared.waiting()
    (place,) = await leases(client)
    for _ in range(3):
        await client.pexpire(place, lease.MILLISECONDS // 2)
        await until(lambda: _lives(client, place))

    one.archive.opened.set()

    assert await first == await second == "here a from one 1"
    assert two.archive.asked == []


async def test_patience_ends(shared: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waited for long asks for themselves, whether the other one lives or not."""
    monkeypatch.setattr(lease, "PATIENCE", 0.1)
    one, _, first, second = await shared.waiting()

    assert await second == "here a from two 1"

    one.archive.opened.set()
    assert await first == "here a from one 1"


@pytest.mark.parametrize("kind", ["rubbish", "of another key", "list"])
async def test_rubbish_in_a_leases_place_is_not_waited_for(shared: Office, client: Redis, kind: str) -> None:
    """What is no lease holds nobody up; nobody has the right then, and everybody asks."""
    one, two = await shared.two()
    place, other = (f"lease:{one.tier._envelopes.name(one.slot(key, Archive.note))}" for key in "ab")
    match kind:
        case "rubbish":
            await client.set(place, b"rubbish")
        case "of another key":
            await client.set(place, one.tier._leases._token(other.removeprefix("lease:")))
        case "list":
            await client.rpush(place, b"rubbish")
    began = monotonic()

    assert await one.text() == "here a from one 1"

    assert monotonic() - began < AT_ONCE
    assert two.tier.up


async def test_an_answer_that_comes_between_is_found(shared: Office) -> None:
    """Who missed an answer, and took the lease after it had been given back, is told the answer with it."""
    one, two = await shared.two()
    slot = one.slot("a", Archive.note)
    assert await two.tier.get([slot]) == [None]
    await one.text()
    await one.sent()

    (taken,) = await two.tier.take([slot])

    assert taken
    assert (await taken.awaited()).answer.text == "here a from one 1"  # type: ignore[union-attr]  # it is there
    taken.release()


async def test_nobody_gives_back_or_extends_anothers_lease(shared: Office, client: Redis) -> None:
    """Whose lease ended meanwhile does nothing to the next holder's."""
    one, two = await shared.two()
    slot = one.slot("a")
    (first,) = await one.tier.take([slot])
    assert first
    (place,) = await leases(client)
    await client.delete(place)
    (second,) = await two.tier.take([slot])
    assert second
    assert second.holder is Holder.SELF
    held = await client.get(place)
    await client.pexpire(place, 60_000)

    await one.tier._leases._run(lease.EXTEND, [first])
    first.release()
    await one.sent()

    assert await client.get(place) == held
    assert await client.pttl(place) > lease.MILLISECONDS


async def test_who_left_while_the_tier_was_asked_holds_nothing(shared: Office, client: Redis) -> None:
    """A lease that comes for nobody is given back at once."""
    one, _ = await shared.two()
    reading = asyncio.ensure_future(one.text())
    while one.memory._flights._by_tier._doing is None:
        await asyncio.sleep(0)
    reading.cancel()

    await until(lambda: not list(one.memory._flights))
    assert one.archive.asked == []
    await until(lambda: _none(client))
    assert not one.tier._leases._held


async def test_who_left_while_the_tier_was_looked_at_holds_nothing(shared: Office, client: Redis) -> None:
    """A lease that becomes free for somebody who waits no longer is given back at once."""
    one, two = await shared.two()
    slot = one.slot("a")
    (first,) = await one.tier.take([slot])
    (second,) = await two.tier.take([slot])
    assert first
    assert second
    second.release()
    first.release()
    await one.sent()

    await two.tier._leases._ask([second])
    await two.sent()

    assert second.holder is Holder.SELF
    assert not two.tier._leases._held
    assert await leases(client) == []


async def test_without_a_tier_nobody_has_a_lease(shared: Office) -> None:
    """While a process does not follow what is forgotten, it waits for nobody."""
    one, two, first, second = await shared.waiting()
    two.tier._drops.following.clear()

    assert await two.text("b") == "here b from two 1"

    one.archive.opened.set()
    await asyncio.gather(first, second)
