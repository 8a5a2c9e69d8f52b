"""Whether each configured upstream can be reached with its credentials, as lines for a person."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import NamedTuple

from app.auth import SANDBOX_PRINCIPAL
from app.settings import Settings
from app.upstreams import KNOWN, ReachableConnector, connect
from connectors.errors import Refused, TimedOut, Unreachable, UpstreamError
from connectors.payers import Payers


class Finding(NamedTuple):
    """What was found of one upstream. `answer` is a fixed sentence; `milliseconds` the time it took."""

    system: str
    reachable: bool | None
    authorised: bool | None
    answer: str
    milliseconds: float | None = None


async def examine(settings: Settings) -> list[Finding]:
    """Ask every upstream once, side by side."""
    async with AsyncExitStack() as closing:
        connectors = connect(settings, SANDBOX_PRINCIPAL.tenant, Payers(), closing)
        return await asyncio.gather(*(_finding(known, connectors) for known in KNOWN))


def table(findings: list[Finding]) -> str:
    """One line each, under a heading."""
    lines = [f"{'upstream':<12} {'reachable':<10} {'authorised':<11} {'ms':>6}  answer"]
    for one in findings:
        took = "" if one.milliseconds is None else f"{one.milliseconds:.0f}"
        lines.append(
            f"{one.system:<12} {_word(one.reachable):<10} {_word(one.authorised):<11} {took:>6}  {one.answer}"
        )
    return "\n".join(lines)


def healthy(findings: list[Finding]) -> bool:
    """Whether something is configured, and all that is works."""
    configured = [one for one in findings if one.reachable is not None]
    return bool(configured) and all(one.authorised for one in configured)


async def _finding(known: type[ReachableConnector], connectors: Mapping[type, ReachableConnector]) -> Finding:
    connector = connectors.get(known)
    if connector is None:
        return Finding(known.system, None, None, "not configured")
    begun = time.perf_counter()
    reachable, authorised, answer = await _asked(connector)
    return Finding(connector.system, reachable, authorised, answer, (time.perf_counter() - begun) * 1000)


async def _asked(connector: ReachableConnector) -> tuple[bool, bool | None, str]:
    try:
        await connector.reachable()
    except (Unreachable, TimedOut) as error:
        return False, None, error.sentence
    except Refused as error:
        return True, False, error.sentence
    except UpstreamError as error:
        return True, None, error.sentence
    return True, True, "answered as it should"


def _word(fact: bool | None) -> str:  # noqa: FBT001  # three-valued: not known is a word too
    return {True: "yes", False: "no", None: "-"}[fact]
