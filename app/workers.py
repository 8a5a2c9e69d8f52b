"""Several processes that serve one port, and the parent that starts, replaces and stops them.

Each worker binds the port itself, and the kernel spreads connections over them: see decision 10.
"""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress

from app.embedded import Upstreams
from app.greeting import environment
from app.server import GRACE, bound, origin_of
from app.settings import PREFIX, Settings

WORKER = (sys.executable, "-P", "-m", "app", "serve", "--one-of-several")
"""-P: the working directory is no place to import from; see `_surroundings`."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds until a worker that ended is replaced, doubled each time up to the second number."""

STEADY = 60.0
"""Seconds of life after which a worker's end counts as the first one."""

PATIENCE = GRACE + 5.0
"""Seconds in which a worker that is told to stop ends by itself."""


class NotStarted(Exception):  # the class is no error of ours: a worker has told its reason
    """A worker ended before it had served. `code` is what the program should end with."""

    def __init__(self, ended: int) -> None:
        super().__init__(f"a worker {_manner(ended)} before it served")
        self.code = ended if ended in {1, 2} else 1


@asynccontextmanager
async def working(
    settings: Settings, upstreams: Upstreams, count: int, command: Sequence[str] = WORKER
) -> AsyncIterator[str]:
    """Serve by so many processes while the block runs; gives their origin, once all serve.

    `upstreams` are settings that the environment does not have. Raises OSError and NotStarted.
    """
    with _reserved(settings.host, settings.port) as port:
        surroundings = _surroundings(_given(settings, upstreams, port))
        serving = [asyncio.Event() for _ in range(count)]
        keeping = [asyncio.create_task(_kept(command, surroundings, one)) for one in serving]
        try:
            await _all(serving, keeping)
            yield origin_of(settings.host, port)
        finally:
            for task in keeping:
                task.cancel()
            await asyncio.gather(*keeping, return_exceptions=True)


def tell_parent() -> None:
    """Tell the parent that this worker serves."""
    with suppress(BrokenPipeError):
        os.write(sys.stdout.fileno(), b"serving\n")


def watch_parent(gone: Callable[[], None]) -> None:
    """Call once when the parent has ended, however: the pipe from it ends then."""
    loop, pipe = asyncio.get_running_loop(), sys.stdin.fileno()

    def ended() -> None:
        loop.remove_reader(pipe)
        gone()

    loop.add_reader(pipe, ended)


@contextmanager
def _reserved(host: str, port: int) -> Iterator[int]:
    """Keep a port (0: a free one) for the workers; gives it. Raises OSError when somebody listens there."""
    with bound(host, port) as reservation:  # not shared yet: it would join other workers there
        reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        yield reservation.getsockname()[1]


def _given(settings: Settings, upstreams: Upstreams, port: int) -> dict[str, str]:
    """What the command line and the sandbox say, as the environment would."""
    return {
        f"{PREFIX}HOST": settings.host,
        f"{PREFIX}PORT": str(port),
        f"{PREFIX}EXPLAIN": str(settings.explain),
        **environment(upstreams),
    }


def _surroundings(given: Mapping[str, str]) -> dict[str, str]:
    """Our environment with these settings in place of its own, and the modules that we import."""
    told = {_first_level(name) for name in given}
    ours = {name: value for name, value in os.environ.items() if _first_level(name) not in told}
    return {**ours, **given, "PYTHONPATH": os.pathsep.join(sys.path)}


def _first_level(name: str) -> str:
    return name.upper().split("__")[0]


async def _all(serving: Sequence[asyncio.Event], keeping: Sequence[asyncio.Task[None]]) -> None:
    """Return when all serve. Raises NotStarted."""
    all_serve = asyncio.create_task(_each(serving))
    done, _ = await asyncio.wait({all_serve, *keeping}, return_when=asyncio.FIRST_COMPLETED)
    all_serve.cancel()
    for task in done:
        task.result()


async def _each(serving: Iterable[asyncio.Event]) -> None:
    for one in serving:
        await one.wait()


async def _kept(command: Sequence[str], surroundings: Mapping[str, str], serving: asyncio.Event) -> None:
    """A worker, and another one whenever it ends. Raises NotStarted if the first never serves."""
    pause = FIRST_PAUSE
    clock = asyncio.get_running_loop().time
    while True:
        began = clock()
        code = await _run(command, surroundings, serving)
        if not serving.is_set():
            raise NotStarted(code)
        if clock() - began > STEADY:
            pause = FIRST_PAUSE
        sys.stderr.write(f"insurance-gateway: a worker {_manner(code)}; another starts in {pause:g} s\n")
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


async def _run(command: Sequence[str], surroundings: Mapping[str, str], serving: asyncio.Event) -> int:
    """A worker from its start to its end; its exit code. Cancelled, it lets it finish its requests."""
    try:
        process = await _started(command, surroundings)
    except OSError:
        return os.EX_OSERR
    try:
        if process.stdout and await process.stdout.readline():
            serving.set()
        return await process.wait()
    finally:
        await _ended(process)


async def _started(command: Sequence[str], surroundings: Mapping[str, str]) -> asyncio.subprocess.Process:
    """A process; none, when this is cancelled."""
    pipe = asyncio.subprocess.PIPE
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            *command,
            env=surroundings,
            stdin=pipe,
            stdout=pipe,
            start_new_session=True,  # Ctrl-C is for the parent, who tells the workers
        )
    )
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        with suppress(OSError):
            await _ended(await starting)
        raise


async def _ended(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(PATIENCE):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _manner(code: int) -> str:
    return f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
