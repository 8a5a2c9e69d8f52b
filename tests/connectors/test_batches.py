"""Batches: what comes while one is under way is the next; nothing is lost, and nothing grows."""

import asyncio
from collections.abc import Sequence

import pytest

from connectors.batches import Batches
from connectors.ending import ended
from tests.connectors.sharing import until


async def test_what_comes_together_is_done_together() -> None:
    """The first batch is what came in one tick, the second all that came during the first."""
    done: list[list[int]] = []
    going_on = asyncio.Event()

    async def do(batch: Sequence[int]) -> None:
        done.append(list(batch))
        await going_on.wait()

    batches = Batches(do)
    for number in range(3):
        batches.add(number)
    await until(lambda: bool(done))
    for number in range(3, 6):
        batches.add(number)
    going_on.set()

    await batches.aclose(5)

    assert done == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize(
    ("at_once", "waiting", "expected"),
    [(2, None, [[0, 1], [2, 3], [4]]), (None, 3, [[2, 3, 4]]), (None, None, [[0, 1, 2, 3, 4]])],
)
async def test_bounds(at_once: int | None, waiting: int | None, expected: list[list[int]]) -> None:
    """No batch is larger than it may be; what waits is bounded, and the oldest leaves."""
    done: list[list[int]] = []

    async def do(batch: Sequence[int]) -> None:
        done.append(list(batch))

    batches = Batches(do, at_once=at_once, waiting=waiting)
    for number in range(5):
        batches.add(number)
    await batches.aclose(5)

    assert done == expected


async def test_closing_waits_no_longer_than_it_is_told() -> None:
    """What cannot be done is given up, and no task is left."""
    before = asyncio.all_tasks()

    async def do(batch: Sequence[int]) -> None:
        await asyncio.Event().wait()

    batches = Batches(do)
    batches.add(1)
    await batches.aclose(0.01)

    assert asyncio.all_tasks() == before


async def test_a_task_that_loses_a_cancellation_is_cancelled_again() -> None:
    """A timeout that ends at the moment of a cancellation takes it for its own."""
    lost: list[int] = []

    async def deaf() -> None:
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if len(lost) == 2:
                    raise
                lost.append(1)

    task = asyncio.ensure_future(deaf())
    await asyncio.sleep(0)

    await ended(task, None)

    assert task.cancelled()
