"""Conclusions that were drawn from the very same records: drawn once."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator
from typing import Any, NamedTuple, TypeVar

from connectors.store.weight import weight

V = TypeVar("V")

MOST = 1000
MOST_BYTES = 16_000_000


class Drawn(NamedTuple):
    """A conclusion, with the records that it rests on."""

    records: tuple[Any, ...]
    conclusion: Any


class Conclusions:
    """The last thousand, of records of together about `most_bytes`.

    Records are told apart by identity: what is read anew is concluded anew. They are kept with what was
    concluded from them, so that no other one can take their identity.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._drawn: OrderedDict[Hashable, Drawn] = OrderedDict()
        self._most_bytes = most_bytes
        self._weights: dict[int, int] = {}
        self._uses: Counter[int] = Counter()
        self.bytes = 0

    def of(self, rule: Callable[..., V], records: tuple[Any, ...], *circumstances: Hashable) -> V:
        """`rule(*records, *circumstances)`. A record may be a tuple of such; circumstances are compared."""
        key = (rule, circumstances, tuple(map(_identity, records)))
        drawn = self._drawn.get(key)
        if drawn is not None:
            self._drawn.move_to_end(key)
            known: V = drawn.conclusion
            return known
        conclusion = rule(*records, *circumstances)
        self._keep(key, Drawn(records, conclusion))
        return conclusion

    def clear(self) -> None:
        """Keep none of them, and no record."""
        self._drawn.clear()
        self._weights.clear()
        self._uses.clear()
        self.bytes = 0

    def _keep(self, key: Hashable, drawn: Drawn) -> None:
        self._drawn[key] = drawn
        for record in _each(drawn.records):
            self._uses[id(record)] += 1
            if self._uses[id(record)] == 1:  # others rest on the catalogue too: it is weighed once
                self._weights[id(record)] = weight(record) or self._most_bytes
                self.bytes += self._weights[id(record)]
        while len(self._drawn) > MOST or self.bytes > self._most_bytes:
            self._let_go(self._drawn.popitem(last=False)[1])

    def _let_go(self, drawn: Drawn) -> None:
        for record in _each(drawn.records):
            self._uses[id(record)] -= 1
            if not self._uses[id(record)]:
                del self._uses[id(record)]
                self.bytes -= self._weights.pop(id(record))


def _each(records: tuple[Any, ...]) -> Iterator[Any]:
    for record in records:
        if type(record) is tuple:
            yield from record
        else:
            yield record


def _identity(record: Any) -> Hashable:
    return tuple(map(id, record)) if type(record) is tuple else id(record)
