"""What an upstream was asked: tests count calls, and find parameters that the real API does not know."""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

_KEPT = 100_000


class Call(NamedTuple):
    """One request: its method, its decoded path, and the URL's query in alphabetical order."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()


class Journal:
    """The requests of one simulated system, token requests included; the last hundred thousand are kept.

    `unknown_params` are (path, name) of query parameters that the real API would have ignored.
    `in_flight` is how many requests are being answered now, `in_flight_peak` the most at the same time.
    """

    def __init__(self) -> None:
        self.in_flight = 0
        self.clear()

    def clear(self) -> None:
        """Forget what is over."""
        self._calls: deque[Call] = deque(maxlen=_KEPT)
        self.in_flight_peak = self.in_flight
        self.unknown_params: set[tuple[str, str]] = set()

    @contextmanager
    def answering(self, call: Call) -> Iterator[None]:
        """Note the call, and that it is in flight until the context ends."""
        self._calls.append(call)
        self.in_flight += 1
        self.in_flight_peak = max(self.in_flight_peak, self.in_flight)
        try:
            yield
        finally:
            self.in_flight -= 1

    def note_unknown(self, path: str, names: Iterable[str]) -> None:
        """Note parameters that the real API does not know."""
        self.unknown_params.update((path, name) for name in names)

    def calls(self, method: str | None = None, path: str | None = None) -> list[Call]:
        """The calls so far, of that method and path if given; `/Coverage/*` is every path below it."""
        return [
            call
            for call in self._calls
            if (method is None or call.method == method) and (path is None or _is_at(call.path, path))
        ]

    def count(self, method: str | None = None, path: str | None = None) -> int:
        """How many calls `calls` finds."""
        return len(self.calls(method, path))


def _is_at(path: str, pattern: str) -> bool:
    return path.startswith(pattern[:-1]) if pattern.endswith("/*") else path == pattern
