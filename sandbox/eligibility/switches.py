"""What the eligibility documentation leaves open, and how the simulated service may be made to behave."""

from dataclasses import dataclass
from typing import Literal

NoRecord = Literal["empty-list", "null-content", "null-data"]


@dataclass(frozen=True, kw_only=True)
class Switches:
    """The defaults are the likeliest reading of the documentation.

    no_record: what says that there is no record: an empty list as `content`, null as `content`, or null as
        `data`.
    error_style: of refused parameters: HTTP 400, or HTTP 200 with the same code above 2000 in the body. A
        refused token is 401 in both.
    history: `content` has the most recent record only, or the older ones after it.
    token_lifetime: seconds; the documentation says 3600.
    latency: seconds before any answer, token endpoint included.
    """

    no_record: NoRecord = "empty-list"
    error_style: Literal["http-400", "ok-with-code"] = "http-400"
    history: Literal["newest-only", "all"] = "newest-only"
    token_lifetime: int = 3600
    latency: float = 0
