"""The gateway under the soak: a process of its own, what it holds, what it wrote, how it ended."""

import asyncio
import json
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from math import nan
from statistics import median
from typing import BinaryIO, NamedTuple

from app.embedded import Upstreams
from app.greeting import environment
from app.settings import PREFIX
from benchmarks.soak.wire import Line

UPSTREAM_SECONDS = 2.0
"""What the gateway gives an upstream for one call, so that minutes see many failures."""

CACHE_BYTES = 48_000_000
"""Less than the answers about everybody take: soon full, and something of everybody has to be asked again."""

START, END = 30.0, 15.0
LOOKS_APART = 0.5
WHERE = re.compile(r"unexpected |  File \"|Task |Future |\S+: RuntimeWarning: ")
"""How a line begins that tells what went wrong, or where. Others may hold values, and are not shown."""

_GAUGES = b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"


class Held(NamedTuple):
    """What the gateway's process holds: resident memory in MB, and how many of the rest."""

    memory: float
    tasks: float
    descriptors: float
    sockets: float

    def within(self, other: "Held") -> bool:
        """Whether there is no more of anything that can be counted."""
        return all(mine <= theirs for mine, theirs in zip(self[1:], other[1:], strict=True))


UNKNOWN = Held(nan, nan, nan, nan)
"""Nobody answers. It is within nothing."""


class Gateway:
    """A running gateway. `port` is where it answers."""

    def __init__(self, process: asyncio.subprocess.Process, written: BinaryIO, told: bytes) -> None:
        self._process = process
        self._written = written
        ports = json.loads(told)
        self.port: int = ports["gateway"]
        self._gauges: int = ports["gauges"]

    async def held(self) -> Held:
        """What it holds now."""
        line = Line(self._gauges)
        try:
            _, body = await line.ask(_GAUGES)
        except (OSError, EOFError):
            return UNKNOWN
        finally:
            line.close()
        return Held(**json.loads(body))

    async def usually_held(self, seconds: float) -> Held:
        """The medians of looks during so many seconds."""
        looks = []
        for _ in range(max(1, int(seconds / LOOKS_APART))):
            looks.append(await self.held())
            await asyncio.sleep(LOOKS_APART)
        return Held(*map(median, zip(*looks, strict=True)))

    async def released(self, before: Held, seconds: int) -> Held:
        """What it holds once that is no more than `before`, or after so many seconds."""
        now = await self.held()
        for _ in range(seconds):
            if now.within(before):
                break
            await asyncio.sleep(1)
            now = await self.held()
        return now

    async def ended(self) -> int | None:
        """Its exit code after SIGTERM; None when it goes on."""
        if self._process.returncode is None:
            self._process.terminate()
        try:
            async with asyncio.timeout(END):
                return await self._process.wait()
        except TimeoutError:
            return None

    def complaints(self) -> tuple[int, Sequence[str]]:
        """How many lines it wrote to stderr, and the first ones of those that tell where."""
        self._written.seek(0)
        lines = self._written.read().decode(errors="replace").splitlines()
        return len(lines), [line for line in lines if WHERE.match(line)][:20]


@asynccontextmanager
async def running(upstreams: Upstreams) -> AsyncIterator[Gateway]:
    """A gateway over these upstreams while the block runs."""
    with tempfile.TemporaryFile() as written:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.soak.serve",
            stdout=asyncio.subprocess.PIPE,
            stderr=written,
            env=_environment(upstreams),
        )
        try:
            assert process.stdout
            async with asyncio.timeout(START):
                told = await process.stdout.readline()
            if not told:
                raise RuntimeError("the gateway does not start")
            yield Gateway(process, written, told)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


def _environment(upstreams: Upstreams) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    ours = {f"{PREFIX}{name.upper()}__TIMEOUT": str(UPSTREAM_SECONDS) for name in upstreams}
    ours |= {f"{PREFIX}PORT": "0", f"{PREFIX}CACHE__BYTES": str(CACHE_BYTES)}
    return {**plain, **environment(upstreams), **ours}
