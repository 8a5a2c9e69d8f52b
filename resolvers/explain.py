"""How an answer came about: each key that an operation read, and which reads led to it. No ids."""

import asyncio
from collections.abc import Iterator, Mapping
from time import perf_counter
from typing import Any, TypeAlias

from connectors.pins import Pin
from connectors.reading import Reading

Where: TypeAlias = tuple[str | int, ...]


class Explanation:
    """What was read, in the order in which it was first wanted."""

    def __init__(self) -> None:
        self._numbers: dict[Pin, int] = {}
        self._parents: dict[Pin, set[int]] = {}
        self._took: dict[Pin, float] = {}
        self._at: dict[Where, list[tuple[int, int]]] = {}

    def begun(self, pin: Pin, answer: object, where: Where, *, needs: int = 0) -> None:
        """A read that begins for the field there. Its key follows from so many of the field's first reads."""
        if pin in self._numbers:
            return
        self._numbers[pin] = len(self._numbers) + 1
        own = (number for place, number in self._at.get(where, ()) if place < needs)
        self._parents[pin] = {*own, *self._around(where)}
        if isinstance(answer, asyncio.Future):
            began = perf_counter()
            answer.add_done_callback(lambda _: self._took.setdefault(pin, perf_counter() - began))

    def wanted(self, pin: Pin, where: Where, *, place: int) -> None:
        """The field there has it as this of its reads."""
        self._at.setdefault(where, []).append((place, self._numbers[pin]))

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
                "parents": sorted(self._parents[pin]),
            }

    def _around(self, where: Where) -> list[int]:
        """The reads of the nearest field that this one lies in."""
        for end in range(len(where) - 1, 0, -1):
            if where[:end] in self._at:
                return [number for _, number in self._at[where[:end]]]
        return []
