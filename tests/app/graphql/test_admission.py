"""Who begins at once, who waits for those that have begun, and for how long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter

import pytest
from starlette.types import Message

from app.connection import LEFT
from app.graphql.admission import IDLE, Admission
from tests.app.graphql.small_graph import Gateway

TICKS = 30


@asynccontextmanager
async def busy() -> AsyncIterator[None]:
    """Every tick of the event loop has something to do while the block runs."""
    loop = asyncio.get_running_loop()
    over = False

    def work() -> None:
        until = perf_counter() + 2 * IDLE
        while perf_counter() < until:
            pass
        if not over:
            loop.call_soon(work)

    work()
    yield
    over = True


async def ticks() -> None:
    """Some turns of the event loop."""
    for _ in range(TICKS):
        await asyncio.sleep(0)


async def test_those_that_began_go_first() -> None:
    """While the loop is busy with `many`, whoever comes waits, and begins in turn when there is room."""
    admission, began = Admission(many=2, together=1), []

    async def come(name: str) -> None:
        await admission.wait()
        began.append(name)

    async with busy():
        assert [admission.begin() for _ in range(3)] == [True, True, False]
        waiting = [asyncio.create_task(come(name)) for name in "abc"]
        await ticks()
        assert began == []
        admission.end()
        await ticks()
        assert began == ["a"]
        assert not admission.begin()  # others came before
        for _ in range(3):
            admission.end()
        await asyncio.gather(*waiting)
    assert began == ["a", "b", "c"]


async def test_several_begin_together() -> None:
    """With less room than for `together` nobody begins, and with as much all of them do."""
    admission = Admission(many=4, together=2)
    async with busy():
        assert all(admission.begin() for _ in range(4))
        waiting = [asyncio.create_task(admission.wait()) for _ in range(2)]
        await ticks()
        admission.end()
        await ticks()
        assert not any(one.done() for one in waiting)
        admission.end()
        await asyncio.gather(*waiting)


async def test_an_idle_loop_lets_more_begin() -> None:
    """Where all that began wait for somebody else, nobody waits for them."""
    admission = Admission(many=1, together=1)
    assert admission.begin()
    for _ in range(5):
        assert await admission.wait() >= 0


@pytest.mark.parametrize("let_in", [False, True])
async def test_who_gives_up_takes_no_room(*, let_in: bool) -> None:
    """Cancelled while it waits, or in the moment in which it may begin, it leaves its room to the next."""
    admission = Admission(many=1, together=1)
    async with busy():
        assert admission.begin()
        gives_up, stays = [asyncio.create_task(admission.wait()) for _ in range(2)]
        await ticks()
        if let_in:
            admission.end()
        gives_up.cancel()
        await ticks()
        if not let_in:
            admission.end()
        await stays
    assert gives_up.cancelled()
    admission.end()
    assert admission.begin()


async def test_a_client_that_left_before_its_turn() -> None:
    """Nothing is executed for it, and nothing is sent."""
    gateway = Gateway()
    left: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    left.set_result(None)
    scope = {
        "type": "http",
        "method": "GET",
        "headers": [(b"accept", b"application/json")],
        "query_string": b"query={hello}",
        "extensions": {LEFT: left},
    }

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        raise AssertionError(message)

    await gateway.endpoint(scope, receive, send)
    assert gateway.contexts == []
