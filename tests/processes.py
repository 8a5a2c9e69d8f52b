"""Which processes run: Linux's /proc."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def alive() -> set[int]:
    """Every process that runs."""
    return {pid for pid, _ in _processes()}


def children(parent: int) -> set[int]:
    """The processes that this one has started, and that run."""
    return {pid for pid, started_by in _processes() if started_by == parent}


def variable(pid: int, name: str) -> str:
    """A variable of a process's environment."""
    variables = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return next(one.partition("=")[2] for one in variables if one.startswith(f"{name}="))


def _processes() -> Iterator[tuple[int, int]]:
    """Each process that has not ended, and who started it."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                yield int(stat.parent.name), int(parent)
