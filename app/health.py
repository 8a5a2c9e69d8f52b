"""Whether this process lives, and whether it can serve."""

import asyncio
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse

from app.reach import Reach, reach
from app.upstreams import KNOWN, ReachableConnector
from connectors.store.tier import SharedTier

PATIENCE = 2.0
"""Seconds that readiness waits for an upstream."""


async def live(_: Request) -> JSONResponse:
    """200 while the process answers at all. Asks nobody."""
    return JSONResponse({"status": "live"})


async def ready(request: Request) -> JSONResponse:
    """200 once the gateway serves, with the state of each upstream and of the shared tier.

    An upstream that is down does not make the gateway unready: it costs its own fields only. A tier that is
    down costs hits.
    """
    connectors: Mapping[type, ReachableConnector] = request.state.connectors
    states = await asyncio.gather(*(_state(connectors.get(known)) for known in KNOWN))
    upstreams = {known.system: state for known, state in zip(KNOWN, states, strict=True)}
    tier: SharedTier | None = request.state.tier
    shared = "not configured" if tier is None else tier.state.value
    return JSONResponse({"status": "ready", "upstreams": upstreams, "sharedTier": shared})


async def _state(connector: ReachableConnector | None) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            found, _ = await reach(connector)
    except TimeoutError:
        found = Reach.UNREACHABLE
    return found.value
