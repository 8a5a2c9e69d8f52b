"""Whether each configured upstream can be reached with its credentials, as lines for a person."""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import NamedTuple

from app.auth import SANDBOX_PRINCIPAL
from app.reach import Reach, reach
from app.settings import Settings
from app.upstreams import KNOWN, ReachableConnector, connect
from connectors.payers import Payers


class Finding(NamedTuple):
    """What was found of one upstream. `answer` is a fixed sentence; `milliseconds` the time it took."""

    system: str
    found: Reach
    answer: str
    milliseconds: float

    @property
    def reachable(self) -> str:
        """A word: whether anything answered."""
        return {Reach.NOT_CONFIGURED: "-", Reach.UNREACHABLE: "no"}.get(self.found, "yes")

    @property
    def authorised(self) -> str:
        """A word: whether our credentials were taken; "-" where that is not known."""
        return {Reach.REFUSED: "no", Reach.REACHABLE: "yes"}.get(self.found, "-")


async def examine(settings: Settings) -> list[Finding]:
    """Ask every upstream once, side by side."""
    async with AsyncExitStack() as closing:
        connectors = connect(settings, SANDBOX_PRINCIPAL.tenant, Payers(), closing)
        return await asyncio.gather(*(_finding(known.system, connectors.get(known)) for known in KNOWN))


def table(findings: list[Finding]) -> str:
    """One line each, under a heading."""
    lines = [f"{'upstream':<12} {'reachable':<10} {'authorised':<11} {'ms':>6}  answer"]
    for one in findings:
        took = "" if one.found is Reach.NOT_CONFIGURED else f"{one.milliseconds:.0f}"
        lines.append(f"{one.system:<12} {one.reachable:<10} {one.authorised:<11} {took:>6}  {one.answer}")
    return "\n".join(lines)


def healthy(findings: list[Finding]) -> bool:
    """Whether something is configured, and all that is works."""
    configured = [one.found for one in findings if one.found is not Reach.NOT_CONFIGURED]
    return bool(configured) and all(found is Reach.REACHABLE for found in configured)


async def _finding(system: str, connector: ReachableConnector | None) -> Finding:
    begun = time.perf_counter()
    found, answer = await reach(connector)
    return Finding(system, found, answer, (time.perf_counter() - begun) * 1000)
