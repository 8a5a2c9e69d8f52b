"""ASGI apps on real sockets, several in one event loop."""

import asyncio
import gc
import resource
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from app.connection import Connection

GRACE = 10
"""Seconds that requests in flight get when the server stops."""


class Server(uvicorn.Server):
    """A server that leaves the signals to the program it runs in, and tells when it has started."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell it."""
        await super().startup(sockets)
        self.up.set()


@asynccontextmanager
async def serving(app: ASGIApp, host: str, port: int, *, shared: bool = False) -> AsyncIterator[str]:
    """Serve an app while the block runs; gives its origin. Port 0 takes a free one. Raises OSError.

    `shared`: with other processes, each of which gets some of the connections.
    """
    listening = bound(host, port, shared=shared)
    if not shared:
        listening.listen()  # else once the app is ready: until then other processes get the connections
    server = Server(_config(app))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await _started(server, running)
        yield origin_of(host, listening.getsockname()[1])
    finally:
        server.should_exit = True
        await running
        listening.close()


def origin_of(host: str, port: int) -> str:
    """The origin of what is served there."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def bound(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A socket at this address, which others may be at too if all of them are `shared`. Raises OSError."""
    family, kind, _, _, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
    # TCP by name: asyncio sets TCP_NODELAY only then, and without it each answer can wait 40 ms for an ACK.
    one = socket.socket(family, kind, socket.IPPROTO_TCP)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        if shared:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        one.bind(address)
    except OSError:
        one.close()
        raise
    return one


def open_many() -> None:
    """Let this process have as many open descriptors as the system allows it.

    It takes one for each client, and up to 256 for each upstream; many systems begin with 1,024 for all.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # where the kernel has a bound below its own promise
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def collect_rarely() -> None:
    """Set what was made at the start apart from the garbage collector, and let it look less often.

    Answers make many objects that live shortly and no cycles to speak of; looking for cycles among them took
    a third of the time of a cold answer. Everybody waits while it looks: it does at 150,000 new objects. That
    is more than a full memory holds (some 30,000) and 256 clients make who begin at once (300 each) together.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(150_000, 0, 20)


async def _started(server: Server, running: asyncio.Task[None]) -> None:
    up = asyncio.create_task(server.up.wait())
    await asyncio.wait({up, running}, return_when=asyncio.FIRST_COMPLETED)
    up.cancel()
    if running.done():
        running.result()
        raise RuntimeError("the server stopped while it started")


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        proxy_headers=False,  # nobody needs to know from where a proxy was asked
        access_log=False,  # it would write URLs, and those of GET requests may hold personal data
        log_config=None,
        log_level="error",  # whoever sends rubbish must not fill the operator's log
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
