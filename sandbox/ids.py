"""Fixed ids and choices: the same words give the same bytes, on every machine and every Python."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")


def uuid(*words: object) -> UUID:
    """A version 4 looking UUID that depends on nothing but the words."""
    return UUID(bytes=blake2b(repr(words).encode(), digest_size=16).digest(), version=4)


class Draw:
    """A short run of choices that the words decide: enough for one family."""

    def __init__(self, *words: object) -> None:
        self._rest = int.from_bytes(blake2b(repr(words).encode()).digest())

    def below(self, limit: int) -> int:
        """A number from 0 to `limit - 1`."""
        self._rest, number = divmod(self._rest, limit)
        return number

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[self.below(len(choices))]
