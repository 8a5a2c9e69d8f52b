"""A tier that ails: it costs a moment once, then nothing, and it is used again when it answers again."""

import asyncio
import time
from collections.abc import Awaitable
from contextlib import suppress
from statistics import median

import pytest
from redis.asyncio import Redis

from connectors.store.availability import DEADLINE, in_time
from tests.connectors.sharing import Office, Process, office, until
from tests.redis_server import RedisServer

ONCE = 2 * DEADLINE
"""Seconds that a tier which does not answer may cost on a machine that is busy with tests."""

NOTHING = 0.005
"""Seconds: what any of this takes when nothing is waited for."""


async def seconds(work: Awaitable[object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


async def costs(process: Process, keys: str) -> list[float]:
    """How long it takes to read each of these keys for the first time, one after the other."""
    return [await seconds(process.read(key)) for key in keys]


async def usable(process: Process) -> None:
    """Return when the tier is used again."""
    await until(lambda: process.tier.up)


async def test_a_server_that_does_not_answer_costs_a_moment_once(mortal: Office) -> None:
    """The deadline for the first, who may be many; later ones do not wait; each is answered."""
    one, _ = await mortal.two()
    firsts = []
    for number in range(5):
        mortal.server.pause()
        together = [f"{number} {key}" for key in range(4**number)]

        firsts.append(await seconds(asyncio.gather(*map(one.read, together))))

        assert median(await costs(one, "abcdefghijklmnopqrstuvwxyz")) < NOTHING
        assert not one.tier.up
        mortal.server.go_on()
        await usable(one)
        one.memory.missed()
    assert DEADLINE * 0.9 < min(firsts) < ONCE


async def test_a_server_that_was_killed_costs_nothing(mortal: Office) -> None:
    """A connection that is refused is no wait. When the server is back, it is used again."""
    one, two = await mortal.two()
    await mortal.server.kill()
    assert median(await costs(one, "abcdefghijkl")) < NOTHING

    await mortal.server.start()
    await usable(one)
    await usable(two)
    await one.read("m")
    await one.sent()
    assert await two.read("m") == "here m from one 13"


async def test_a_server_that_goes_away_unasked_is_a_failure(mortal: Office) -> None:
    """It is noticed although nobody asks it for anything, and counted once for each time, however it went."""
    one, two = await mortal.two()

    async def stopped() -> None:
        mortal.server.pause()

    async def went_on() -> None:
        mortal.server.go_on()

    for failures, (leave, come_back) in enumerate(
        [(mortal.server.kill, mortal.server.start), (stopped, went_on)], 1
    ):
        await leave()
        await until(lambda: not one.tier.up and not two.tier.up)
        await one.read(f"while it is away {failures}")

        await come_back()
        await usable(one)
        await usable(two)
        assert one.tier.failures == two.tier.failures == failures


async def test_a_full_server_costs_no_answer(mortal: Office) -> None:
    """What is there is given; nothing new is kept, which is told, and everybody asks for themselves."""
    one, two = await mortal.two()
    await one.read("a")
    await one.sent()
    async with mortal.server.client() as client:
        await client.config_set("maxmemory-policy", "noeviction")
        await client.config_set("maxmemory", 1)

        assert await two.read("a") == "here a from one 1"
        took = await costs(two, "bcdefghijkl")
        assert await one.read("b") == "here b from one 2"
        assert median(took) < ONCE
        await two.sent()
        assert two.tier.up
        assert two.tier.state.value == "refusing"

        await client.config_set("maxmemory", 0)
    await one.read("m")
    await one.sent()
    assert await two.read("m") == "here m from one 3"
    await two.read("n")
    await two.sent()
    assert two.tier.state.value == "reachable"


async def test_a_tier_that_was_never_there_is_no_obstacle() -> None:
    """A process starts without it, a little later; and uses it from when it is there."""
    server = RedisServer()
    async with office(server) as shared:
        began = time.perf_counter()
        one = await shared.process("one")
        assert time.perf_counter() - began < 1.5
        assert await one.read() == "here a from one 1"
        assert not one.tier.up
        await server.start()
        try:
            await usable(one)
            await one.read("b")
            await one.sent()
            two = await shared.process("two")
            assert await two.read("b") == "here b from one 2"
        finally:
            await server.kill()


@pytest.mark.parametrize("state", ["well", "paused", "killed", "full"])
async def test_nothing_is_left(mortal: Office, state: str) -> None:
    """After closing no task runs and no connection is open, whatever the server does; and it is soon over."""
    async with mortal.server.client() as client:
        await client.ping()
        before = asyncio.all_tasks()
        one = await mortal.process("one")
        one.archive.opened.clear()
        reading = asyncio.ensure_future(one.read("a"))
        await until(lambda: one.archive.asked == ["a"])
        await _make(mortal.server, state)
        reading.cancel()
        await seconds(asyncio.gather(reading, return_exceptions=True))
        one.archive.opened.set()
        for key in "bc":
            await one.read(key)

        took = await seconds(one.memory.aclose()) + await seconds(one.tier.aclose())

        assert took < 1.5
        assert asyncio.all_tasks() == before
        if state != "killed":
            mortal.server.go_on()
            await until(lambda: _alone(client))


async def test_closing_ends_a_wave(mortal: Office) -> None:
    """A memory that is closed waits for no tier."""
    one, _ = await mortal.two()
    mortal.server.pause()
    reading = asyncio.ensure_future(one.read())
    while one.memory._flights._by_tier._doing is None:
        await asyncio.sleep(0)

    await one.memory.aclose()

    assert one.memory._flights._by_tier._doing is None
    assert one.tier.up
    reading.cancel()
    mortal.server.go_on()


async def test_nobody_asks_a_tier_that_is_down(mortal: Office) -> None:
    """Not even to be refused."""
    one, _ = await mortal.two()
    asked: list[int] = []

    async def ask() -> int:
        asked.append(1)
        return 1

    one.tier._availability.fell()
    assert await one.tier._availability.ask(ask, instead=0) == 0
    await usable(one)
    assert await one.tier._availability.ask(ask, instead=0) == 1
    assert asked == [1]


async def _make(server: RedisServer, state: str) -> None:
    if state == "paused":
        server.pause()
    if state == "killed":
        await server.kill()
    if state == "full":
        async with server.client() as client:
            await client.config_set("maxmemory", 1)


async def _alone(client: Redis) -> bool:
    return len(await client.client_list()) == 1


async def test_a_busy_event_loop_is_no_dead_tier() -> None:
    """What came in time and is read late is taken; a process that is busy does not give its tier up."""

    async def answered() -> int:
        for _ in range(8):
            await asyncio.sleep(0)
            time.sleep(DEADLINE)  # noqa: ASYNC251  # what else a busy process does
        return 1

    assert await in_time(answered(), DEADLINE) == 1


async def test_patience_with_a_busy_loop_ends() -> None:
    """However late everything is, nobody waits for ever."""

    async def busy() -> None:
        while True:
            time.sleep(DEADLINE)  # noqa: ASYNC251  # what else a busy process does
            await asyncio.sleep(0)

    working = asyncio.ensure_future(busy())
    with pytest.raises(TimeoutError):
        await in_time(asyncio.Event().wait(), DEADLINE)
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


async def test_what_is_late_is_called_back() -> None:
    """Nothing goes on behind who gave up."""
    ended = asyncio.Event()

    async def hung() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with pytest.raises(TimeoutError):
        await in_time(hung(), 0.001)
    assert ended.is_set()
