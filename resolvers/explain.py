"""How an answer came about: each key that an operation read, and which reads led to it. No ids."""

import asyncio
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from time import perf_counter
from typing import Any, TypeAlias

from connectors.pins import Pin
from connectors.reading import Reading

Where: TypeAlias = tuple[str | int, ...]

MOST_READS = 1000
MOST_PARENTS = 20
"""Of each read. Every one of a patient's nine hundred payors follows from what nine hundred coverages told:
all of it would be a million parents, which nobody reads.
"""


class Explanation:
    """What was read, in the order in which it was first wanted: the first thousand, each with few parents."""

    def __init__(self) -> None:
        self._numbers: dict[Pin, int] = {}
        self._parents: dict[Pin, tuple[int, ...]] = {}
        self._took: dict[Pin, float] = {}
        self._at: dict[Where, dict[int, list[int]]] = {}

    def begun(self, pin: Pin, answer: object, where: Where, *, needs: int = 0) -> None:
        """A read that begins for the field there. Its key follows from so many of the field's first reads."""
        if pin in self._numbers or len(self._numbers) >= MOST_READS:
            return
        self._numbers[pin] = len(self._numbers) + 1
        own = (numbers for place, numbers in self._at.get(where, {}).items() if place < needs)
        parents = chain(chain.from_iterable(own), self._around(where))
        self._parents[pin] = tuple(islice(parents, MOST_PARENTS))
        if isinstance(answer, asyncio.Future):
            began = perf_counter()
            answer.add_done_callback(lambda _: self._took.setdefault(pin, perf_counter() - began))

    def wanted(self, pin: Pin, where: Where, *, place: int) -> None:
        """The field there has it as this of its reads."""
        number = self._numbers.get(pin)
        if number is None:
            return
        numbers = self._at.setdefault(where, {}).setdefault(place, [])
        if len(numbers) < MOST_PARENTS:
            numbers.append(number)

    def told(self, readings: Mapping[Pin, Reading]) -> Iterator[dict[str, Any]]:
        """Each read as a client is told it: ages in whole seconds, the time in milliseconds."""
        for pin, number in self._numbers.items():
            reading = readings[pin]
            yield {
                "read": number,
                "method": repr(pin[0]),
                "how": reading.how.value,
                "age": int(reading.age),
                "milliseconds": round(1000 * self._took.get(pin, 0.0), 3),
                "parents": sorted(set(self._parents[pin])),
            }

    def left_out(self, readings: Mapping[Pin, Reading]) -> int:
        """How many reads are not told."""
        return len(readings) - len(self._numbers)

    def _around(self, where: Where) -> Iterator[int]:
        """The reads of the nearest field that this one lies in."""
        for end in range(len(where) - 1, 0, -1):
            if where[:end] in self._at:
                return chain.from_iterable(self._at[where[:end]].values())
        return iter(())
