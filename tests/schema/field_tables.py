"""The tables of docs/fields.md, and walks along their paths, in which `[]` is each entry of a list."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

PAGE = (Path(__file__).parents[2] / "docs" / "fields.md").read_text()


class Row(NamedTuple):
    """A field of a response body, the path in the graph that tells it, and how, if differently."""

    field: str
    path: str
    differently: str

    @property
    def root(self) -> str:
        """The root field that the path begins at."""
        return self.path.partition(".")[0]

    @property
    def codes(self) -> dict[str, str]:
        """What is told for each value sent: "`Y` → `REQUIRED`"."""
        return dict(re.findall(r"`(\w+)` → `(\w+)`", self.differently))

    @property
    def as_sent(self) -> str | None:
        """The path beside this one that tells the value as it came: "as sent: `raw`"."""
        beside = re.search(r"as sent: `(\w+)`", self.differently)
        return f"{self.path.rpartition('.')[0]}.{beside[1]}" if beside else None


ROWS = [Row(*cells) for cells in re.findall(r"^\| `(.+?)` \| `(.+?)` \|(.*)$", PAGE, re.MULTILINE)]

PATHS = sorted(
    {*re.findall(r"`(\w+\.[\w.\[\]]+)`", re.sub(r"^\| `.+?` \|", "", PAGE, flags=re.MULTILINE))}
    | {row.as_sent for row in ROWS if row.as_sent}
)
"""Every path in the graph that the page tells, in its tables or beside them."""


def fields(body: object, path: str = "") -> Iterator[str]:
    """The paths of all that is in a body: leaves, objects and entries. Some come more than once."""
    if isinstance(body, list):
        path += "[]"
        for entry in body:
            yield from fields(entry, path)
    if path:
        yield path
    if isinstance(body, dict):
        for name, value in body.items():
            yield from fields(value, f"{path}.{name}" if path else name)


def at(value: object, path: str) -> list[object]:
    """All that stands at a path, in order. What is below a null is null."""
    if isinstance(value, list):
        return [found for entry in value for found in at(entry, path)]
    if not path or value is None:
        return [value]
    assert isinstance(value, dict)
    name, _, rest = path.partition(".")
    return at(value[name.removesuffix("[]")], rest)


def selection(paths: Iterable[str]) -> str:
    """The GraphQL selection that asks for these paths."""
    below: dict[str, list[str]] = {}
    for path in paths:
        name, _, rest = path.partition(".")
        below.setdefault(name.removesuffix("[]"), []).extend([rest] if rest else [])
    return " ".join(f"{name} {{ {selection(rest)} }}" if rest else name for name, rest in below.items())
