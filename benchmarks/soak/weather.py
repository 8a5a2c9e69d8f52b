"""The upstreams' weather: storms, in which each of them fails in a way of its own, and calms between."""

import asyncio

from app.embedded import Sandbox
from sandbox.connection_faults import cut_off, hang_up, reset, slow, trickle
from sandbox.faults import Act, Fault, gzipped, html_page, redirect, status, truncated

STORM, CALM = 3.0, 5.0
SETTLING = 3.0
"""Seconds of a calm until no call that began in the storm is under way."""

FAULTS: tuple[Act, ...] = (
    status(503),
    status(429, {"Retry-After": "1"}),
    status(401),
    slow(0.5),
    html_page(),
    truncated(),
    gzipped(),
    redirect("/elsewhere"),
    hang_up(),
    reset(),
    cut_off(),
    trickle(0.5),  # longer than anybody waits
)


class Weather:
    """The weather of a sandbox. It begins calm."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.storms = 0
        self._upstreams = [one.faults for one in (sandbox.canvas, sandbox.clinic, sandbox.eligibility)]
        self._storming = False
        self._calm_from = 0.0

    def calm_since(self, moment: float) -> bool:
        """Whether no storm can have had to do with what happened since then, on the event loop's clock."""
        return not self._storming and moment >= self._calm_from

    async def rage(self, seconds: float) -> None:
        """As many storms as there is time for, with a calm after each."""
        for _ in range(int(seconds / (STORM + CALM))):
            self._break_loose()
            await asyncio.sleep(STORM)
            self._abate()
            await asyncio.sleep(CALM)

    def _break_loose(self) -> None:
        """With each storm every upstream comes to the next fault; they begin far apart in the list."""
        apart = len(FAULTS) // len(self._upstreams)
        for place, faults in enumerate(self._upstreams):
            faults.add(Fault(FAULTS[(self.storms + place * apart) % len(FAULTS)]))
        self._storming = True
        self.storms += 1

    def _abate(self) -> None:
        for faults in self._upstreams:
            faults.clear()
        self._storming = False
        self._calm_from = asyncio.get_running_loop().time() + SETTLING
