"""One question on its way: what is left of it when it is over."""

import asyncio
import gc
import weakref
from collections.abc import Awaitable, Callable, Iterator

import pytest

from connectors.errors import Unreachable
from connectors.flight import Flight


@pytest.fixture
def without_collector() -> Iterator[None]:
    """The garbage collector does not run meanwhile."""
    gc.disable()
    yield
    gc.enable()


async def answer() -> str:
    """An answer."""
    return "answer"


async def failure() -> str:
    """None."""
    raise Unreachable("canvas")


@pytest.mark.parametrize("work", [answer, failure])
@pytest.mark.usefixtures("without_collector")
async def test_nothing_is_left_to_the_garbage_collector(work: Callable[[], Awaitable[str]]) -> None:
    """What a flight carries is free as soon as those who wait have been told, also if that is a failure."""

    async def begun() -> "weakref.ref[Callable[[], Awaitable[str]]]":
        flight: Flight[str] = Flight()

        async def carried() -> str:
            return await work() if flight.joinable else ""

        waiting = flight.join()
        flight.depart(carried)
        await asyncio.wait({waiting})
        return weakref.ref(carried)

    left = await begun()
    await asyncio.sleep(0)

    assert left() is None
