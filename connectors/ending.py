"""Ending tasks for good."""

import asyncio
from typing import Any

AGAIN = 0.01
"""Seconds from one cancellation to the next."""


async def ended(*tasks: "asyncio.Task[Any] | asyncio.Future[Any] | None") -> None:
    """Cancel those that are not over, and return when they are.

    A task in whose library a timeout ends at the same moment takes the cancellation for the timeout's and
    goes on (asyncio.timeout, as redis-py uses it): it is cancelled again.
    """
    left = {task for task in tasks if task is not None}
    while left:
        for task in left:
            task.cancel()
        over, left = await asyncio.wait(left, timeout=AGAIN)
        await asyncio.gather(*over, return_exceptions=True)  # their exceptions are seen
