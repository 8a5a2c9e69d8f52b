"""While an operation waits for upstreams: its deadline, and the client that may leave."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.requests import ClientDisconnect

from connectors.deadline import Deadline

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
    """What the work comes to, awaited in this task: one more would be a tick to begin and two to end.

    After `deadline` seconds `expire` is called, and `last_call` seconds later it is a `TimeoutError`. Raises
    `ClientDisconnect` as soon as the client has `left`. In either case the work is cancelled.
    """
    loop = asyncio.get_running_loop()
    stop = Deadline(asyncio.current_task(loop), loop.time() + deadline + last_call)
    timer: asyncio.TimerHandle

    def late() -> None:
        nonlocal timer
        timer = loop.call_later(last_call, stop.expire)
        expire()

    def leave(_: asyncio.Future[None]) -> None:
        stop.expire()

    timer = loop.call_later(deadline, late)
    left.add_done_callback(leave)
    try:
        with stop:
            return await work
    except Exception:  # whatever it fails with when it is cancelled
        if left.done():
            raise ClientDisconnect from None
        if stop.expired:
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()
        left.remove_done_callback(leave)
