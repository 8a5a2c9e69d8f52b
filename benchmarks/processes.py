"""Processes under measurement, each on processors of its own where the machine lets us choose."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running(
    *command: str,
    environment: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    anywhere: bool = False,
) -> Iterator[subprocess.Popen[bytes]]:
    """A Python program that runs while the block does, on the gateway's processor, or `anywhere`."""
    process = subprocess.Popen(  # noqa: S603  # our own programs
        [sys.executable, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **(environment or {})},
    )
    if anywhere:
        free(process.pid)
    else:
        pin(process.pid, gateway=True)
    assert process.stdin
    process.stdin.write(stdin)
    process.stdin.close()
    try:
        yield process
    finally:
        process.terminate()
        process.wait()
        if process.stdout:
            process.stdout.close()


def pin(pid: int, *, gateway: bool) -> None:
    """Put a process on the gateway's processor, or on all others. Nothing where that cannot be chosen."""
    if not hasattr(os, "sched_setaffinity"):
        return
    first, *others = sorted(os.sched_getaffinity(0) | _PINNED)
    os.sched_setaffinity(pid, {first} if gateway else set(others or [first]))


def free(pid: int) -> None:
    """Let a process run on any processor. Nothing where that cannot be chosen."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(pid, _PINNED)


def resident(pid: int) -> float | None:
    """Its resident memory in MB; None where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def processor_time(pid: int) -> float:
    """Seconds of processor time that it has taken. Raises OSError where the system does not tell."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


_PINNED = set(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else set()
