"""Gateways that share what they remember: several in this process, or each a process of its own."""

import asyncio
import base64
import re
import secrets
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from starlette.types import ASGIApp

from app.asgi import create_app
from app.cache_settings import CacheSettings
from app.embedded import Sandbox, Upstreams
from app.greeting import environment
from app.server import serving
from app.settings import Settings
from sandbox.faults import Act, Honest
from sandbox.journal import Call
from tests.journeys.conftest import Gateway, Stage
from tests.journeys.test_process import started
from tests.redis_server import RedisServer

SHORTEST, SHORT = 4, 7
"""Characters of texts that may stand in a megabyte of sealed bytes by chance: always, and without quotes."""

KEY = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


class Colleague(NamedTuple):
    """A gateway in this process, and its inside."""

    gateway: Gateway
    state: Mapping[str, Any]


class Peer(NamedTuple):
    """A gateway in a process of its own."""

    gateway: Gateway
    process: "subprocess.Popen[str]"

    async def shares(self) -> bool:
        """Whether it says that it uses the tier."""
        answer = await self.gateway.http.get("/health/ready")
        return answer.json()["sharedTier"] in {"reachable", "refusing"}

    @property
    def port(self) -> str:
        """Where it answers."""
        return str(self.gateway.http.base_url.port)


@asynccontextmanager
async def colleague(
    sandbox: Sandbox, upstreams: Upstreams, server: RedisServer, *, key: str = KEY
) -> AsyncIterator[Colleague]:
    """A gateway in this process, with nothing remembered, that shares by way of this server."""
    cache = CacheSettings.model_validate({"url": server.url, "key": key, "timeout": 1.0})
    stage = Stage()
    async with (
        serving(stage, "127.0.0.1", 0) as origin,
        stage.playing(create_app(Settings(cache=cache, **upstreams))),
        httpx.AsyncClient(base_url=origin, timeout=30) as http,
    ):
        yield Colleague(Gateway(http, sandbox, upstreams), stage.state)


@asynccontextmanager
async def peers(
    count: int,
    sandbox: Sandbox,
    upstreams: Upstreams,
    server: RedisServer,
    control: Path | None = None,
    **cache: str,
) -> AsyncIterator[list[Peer]]:
    """So many processes, with nothing remembered, that share by way of this server.

    They can be told things at `control`.
    """
    settings = {"URL": server.url, "KEY": KEY} | {name.upper(): value for name, value in cache.items()}
    variables = environment(upstreams) | {f"GATEWAY_CACHE__{name}": value for name, value in settings.items()}
    if control is not None:
        variables["GATEWAY_CONTROL"] = str(control)
    async with AsyncExitStack() as closing:
        yield await asyncio.gather(*(_peer(closing, sandbox, upstreams, variables) for _ in range(count)))


async def _peer(
    closing: AsyncExitStack, sandbox: Sandbox, upstreams: Upstreams, variables: dict[str, str]
) -> Peer:
    starting = started("serve", "--port", "0", environment=variables)
    process, greeting = await asyncio.to_thread(closing.enter_context, starting)
    origin = re.search(r"http://[\w.:]+", greeting)
    assert origin
    # A process closes a connection that is idle for five seconds, perhaps while a question is sent into it.
    limits = httpx.Limits(max_connections=None, keepalive_expiry=2)
    http = httpx.AsyncClient(base_url=origin[0], timeout=30, limits=limits)
    await closing.enter_async_context(http)
    return Peer(Gateway(http, sandbox, upstreams), process)


def held(gate: asyncio.Event) -> Act:
    """The honest answer, once the gate is open."""

    async def act(honest: Honest) -> ASGIApp:
        await gate.wait()
        return await honest()

    return act


def calls(sandbox: Sandbox) -> Counter[tuple[str, Call]]:
    """How often each upstream was asked each thing, tokens apart."""
    return Counter(
        (system, call)
        for system in ("canvas", "clinic", "eligibility")
        for call in getattr(sandbox, system).journal.calls()
        if not call.path.endswith(("/token", "/token/"))
    )


def at_rest(sandbox: Sandbox) -> None:
    """From now on calls are counted anew, and nothing goes wrong."""
    for one in (sandbox.canvas, sandbox.clinic, sandbox.eligibility):
        one.journal.clear()
        one.faults.clear()


async def kept(server: RedisServer) -> dict[bytes, bytes]:
    """All that a server keeps: each name, with its value as it is and as it is written to disk."""
    found = {}
    async with server.client() as client:
        async for name in client.scan_iter():
            kind = await client.type(name)
            value = await (client.get(name) if kind == b"string" else client.xrange(name))
            found[name] = b" ".join(_pieces([name, value, await client.dump(name)]))
    return found


def _pieces(value: object) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict):
        yield from _pieces([*value, *value.values()])
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _pieces(one)


def personal(sandbox: Sandbox) -> set[bytes]:
    """Whatever the sandbox knows of somebody: names, dates, numbers, ids. In quotes where it is short."""
    texts = {text for text in _texts(sandbox.population) if len(text) >= SHORTEST}
    return {(text if len(text) > SHORT else f'"{text}"').encode() for text in texts}


def confidential(upstreams: Upstreams) -> set[bytes]:
    """Addresses and credentials of the upstreams."""
    return {value.encode() for value in environment(upstreams).values() if len(value) > SHORT}


def _texts(known: object) -> Iterator[str]:
    if isinstance(known, str):
        yield known
    elif is_dataclass(known):
        yield from _texts([getattr(known, field.name) for field in fields(known)])
    elif isinstance(known, Mapping):
        yield from _texts([*known, *known.values()])
    elif isinstance(known, list | tuple):
        for one in known:
            yield from _texts(one)
