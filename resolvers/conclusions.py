"""Conclusions that were drawn from the very same records: drawn once."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

V = TypeVar("V")

MOST = 1000


class Conclusions:
    """The last thousand. Records are told apart by identity: what is read anew is concluded anew.

    The records are kept with what was concluded from them, so that no other one can take their identity.
    """

    def __init__(self) -> None:
        self._drawn: OrderedDict[Hashable, tuple[tuple[Any, ...], Any]] = OrderedDict()

    def of(self, rule: Callable[..., V], records: tuple[Any, ...], *circumstances: Hashable) -> V:
        """`rule(*records, *circumstances)`. A record may be a tuple of such; circumstances are compared."""
        key = (rule, circumstances, tuple(map(_identity, records)))
        drawn = self._drawn.get(key)
        if drawn is not None:
            self._drawn.move_to_end(key)
            conclusion: V = drawn[1]
            return conclusion
        conclusion = rule(*records, *circumstances)
        self._drawn[key] = (records, conclusion)
        if len(self._drawn) > MOST:
            self._drawn.popitem(last=False)
        return conclusion

    def clear(self) -> None:
        """Keep none of them, and no record."""
        self._drawn.clear()


def _identity(record: Any) -> Hashable:
    return tuple(map(id, record)) if type(record) is tuple else id(record)
