"""While an operation waits for upstreams: its deadline, and the client that may leave."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect

T = TypeVar("T")

LAST_CALL = 1.0  # seconds between the deadline, when fields that wait fail, and the hard stop


async def settle(
    work: Awaitable[T],
    left: asyncio.Future[None],
    *,
    deadline: float,
    expire: Callable[[], None],
    last_call: float = LAST_CALL,
) -> T:
    """What the work comes to.

    After `deadline` seconds `expire` is called, and `last_call` seconds later it is a `TimeoutError`. Raises
    `ClientDisconnect` as soon as the client has `left`. In either case the work is cancelled.
    """
    loop = asyncio.get_running_loop()
    working = asyncio.ensure_future(work, loop=loop)
    ended = loop.create_future()

    def end(_: object) -> None:
        if not ended.done():
            ended.set_result(None)

    def late() -> None:
        loop.call_later(last_call, end, None)
        expire()

    timer = loop.call_later(deadline, late)
    working.add_done_callback(end)
    left.add_done_callback(end)
    try:
        await ended
        if working.done():
            return working.result()
        if left.done():
            raise ClientDisconnect
        raise TimeoutError
    finally:
        timer.cancel()
        left.remove_done_callback(end)
        if not working.done():
            await _cancel(working)


async def _cancel(task: asyncio.Future[Any]) -> None:
    """Cancels and waits until that is done, but not for ever for one that will not be cancelled."""
    task.add_done_callback(_retrieve)
    task.cancel()
    await asyncio.wait({task}, timeout=LAST_CALL)


def _retrieve(task: asyncio.Future[Any]) -> None:
    """Nobody asks any more; asyncio complains of exceptions that nobody has seen."""
    if not task.cancelled():
        task.exception()
