"""What one read of the memory gave, and how."""

import asyncio
from collections.abc import Callable
from enum import Enum
from typing import Any


class How(Enum):
    """HIT: remembered, and fresh enough. STALE: remembered, and past its fresh age or the age asked for.

    MISS: it was asked for, at the shared tier and then at the upstream. JOINED: it was being asked for.
    """

    HIT = "HIT"
    STALE = "STALE"
    MISS = "MISS"
    JOINED = "JOINED"


class Reading:
    """The answer itself, or a future of it. `age` is in seconds, for what is remembered.

    Both are settled when the answer is there: until then a MISS may turn out to be STALE. `stand_in`, where
    there is an older answer, gives it to those who wait, if it may be given; whether it did.
    """

    __slots__ = ("age", "answer", "how", "stand_in")

    def __init__(self, answer: Any, how: How, age: float = 0.0) -> None:
        self.answer = answer
        self.how = how
        self.age = age
        self.stand_in: Callable[[], bool] | None = None

    @property
    def pending(self) -> bool:
        """Whether the answer is yet to come."""
        return isinstance(self.answer, asyncio.Future)
