"""What one read of the memory gave, and how."""

import asyncio
from collections.abc import Callable
from enum import Enum
from typing import Any

import msgspec


class How(Enum):
    """HIT: remembered, and fresh enough. STALE: remembered, and past its fresh age or the age asked for.

    MISS: it was asked for, at the shared tier and then at the upstream. JOINED: it was being asked for.
    """

    HIT = "HIT"
    STALE = "STALE"
    MISS = "MISS"
    JOINED = "JOINED"


class Reading(msgspec.Struct, eq=False):
    """The answer itself, or a future of it. `age` is in seconds, for what is remembered.

    Where there is an older answer, `stand_in` gives it to those who wait, if it may be given; whether it did.
    Until the answer is there such a MISS may turn out to be STALE.
    """

    answer: Any
    how: How
    age: float = 0.0
    stand_in: Callable[[], bool] | None = None

    def __repr__(self) -> str:
        return "<Reading>"

    @property
    def pending(self) -> bool:
        """Whether the answer is still a future."""
        return isinstance(self.answer, asyncio.Future)
