import asyncio

import pytest

from connectors.deadline import Deadlines

LONG = 60.0


async def never() -> None:
    """Wait for nothing."""
    await asyncio.Event().wait()


async def bounded(deadlines: Deadlines) -> None:
    """Wait for nothing, within a deadline."""
    with deadlines.begin():
        await never()


async def test_what_ends_in_time_is_left_alone() -> None:
    """Its value comes out, its errors too, and its task goes on."""
    deadlines = Deadlines(LONG)
    with deadlines.begin():
        await asyncio.sleep(0)
    with pytest.raises(ValueError, match="mine"), deadlines.begin():
        raise ValueError("mine")
    await asyncio.sleep(0)


async def test_what_takes_too_long_is_a_timeout() -> None:
    """It is cancelled where it waits, and its task is not: it can go on to something else."""
    deadlines = Deadlines(0)
    with pytest.raises(TimeoutError):
        await bounded(deadlines)
    task = asyncio.current_task()
    assert task
    assert not task.cancelling()
    await asyncio.sleep(0)


async def test_who_is_cancelled_by_others_is_cancelled() -> None:
    """Also in the moment in which the time is over: it is no timeout."""
    for seconds in (LONG, 0.0):
        task = asyncio.create_task(bounded(Deadlines(seconds)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_each_of_many_has_its_own_time() -> None:
    """Those who ended do not hold up those who wait, and who began later waits on when the first ends."""
    deadlines = Deadlines(0.02)
    with deadlines.begin():
        pass
    first = asyncio.create_task(bounded(deadlines))
    with pytest.raises(TimeoutError):
        await first
    later = [asyncio.create_task(bounded(deadlines)) for _ in range(3)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in later)
    outcomes = await asyncio.gather(*later, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [TimeoutError] * 3


async def test_one_within_another() -> None:
    """The nearer one ends first, and only what is within it."""
    with Deadlines(LONG).begin() as outer:
        with pytest.raises(TimeoutError):
            await bounded(Deadlines(0))
        assert not outer.expired
