"""Whether an upstream answers a question that needs our credentials: for the doctor and for readiness."""

from enum import Enum

from app.upstreams import ReachableConnector
from connectors.errors import Refused, TimedOut, Unreachable, UpstreamError


class Reach(Enum):
    """How far a question to an upstream gets. FAILING: it answers, but not as it should."""

    NOT_CONFIGURED = "not configured"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    FAILING = "failing"
    REACHABLE = "reachable"


async def reach(connector: ReachableConnector | None) -> tuple[Reach, str]:
    """How far it gets, and a fixed sentence about it."""
    if connector is None:
        return Reach.NOT_CONFIGURED, "not configured"
    try:
        await connector.reachable()
    except (Unreachable, TimedOut) as error:
        return Reach.UNREACHABLE, error.sentence
    except Refused as error:
        return Reach.REFUSED, error.sentence
    except UpstreamError as error:
        return Reach.FAILING, error.sentence
    return Reach.REACHABLE, "answered as it should"
