"""What docs/operations/replicas.md describes: two replicas, a tier that they share, nginx before them."""

import asyncio
import base64
import json
import re
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from app.embedded import Sandbox, serving_sandbox, simulated
from app.greeting import environment
from tests.journeys.test_process import started
from tests.processes import variable
from tests.redis_server import RedisServer, redis_server
from tests_long.load import asked
from tests_long.nginx import Nginx, nginx

FIRST, SECOND = "8001", "8002"
"""The replicas, by their ports on the page."""

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
KINDS = ("PATIENTS", "COVERAGES", "PAYORS")
YOUNG = {f"GATEWAY_CACHE__AGES__{kind}__FRESH": "86400" for kind in KINDS}
"""Nothing ages while a test runs."""


class Site:
    """Its replicas can be ended and started anew, with the `settings` of that moment."""

    def __init__(self, sandbox: Sandbox, settings: dict[str, str], tier: RedisServer) -> None:
        self.sandbox = sandbox
        self.settings = settings
        self.tier = tier
        self.ports: dict[str, int] = {}
        self._replicas: dict[str, subprocess.Popen[str]] = {}
        self._running: dict[str, ExitStack] = {}

    @property
    def calls(self) -> int:
        """How many requests all upstreams got so far, those for tokens included."""
        upstreams = (self.sandbox.canvas, self.sandbox.clinic, self.sandbox.eligibility)
        return sum(upstream.journal.count() for upstream in upstreams)

    def http(self, replica: str) -> httpx.AsyncClient:
        """A client of one replica, past nginx."""
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.ports[replica]}", timeout=30)

    def control(self, replica: str) -> Path:
        """The directory of a replica's control socket."""
        return Path(variable(self._replicas[replica].pid, "GATEWAY_CONTROL"))

    async def start(self, replica: str) -> None:
        """Start a replica with nothing in its memory; returns when it serves."""
        running = self._running[replica] = ExitStack()
        port = str(self.ports.get(replica, 0))
        program = started("serve", "--port", port, environment=self.settings)
        self._replicas[replica], greeting = await asyncio.to_thread(running.enter_context, program)
        told = re.search(r"http://127.0.0.1:(\d+)", greeting)
        assert told
        self.ports[replica] = int(told[1])

    async def end(self, replica: str, number: signal.Signals) -> tuple[int, str]:
        """End a replica with this signal; its exit code, and its complaints."""
        process = self._replicas[replica]
        process.send_signal(number)
        _, complaints = await asyncio.to_thread(process.communicate, timeout=20)
        return process.returncode, complaints

    async def known(self) -> dict[str, Any]:
        """The answers of the first replica about some patients; they are remembered from now on.

        All of their records are there: that there is none is remembered for a moment only.
        """
        people = self.sandbox.population.people[:20]
        async with self.http(FIRST) as http:
            answers = {person.id: (await asked(http, person.id)).json() for person in people}
        return {patient: answer for patient, answer in answers.items() if "null" not in json.dumps(answer)}

    async def aclose(self) -> None:
        """End all replicas."""
        for running in self._running.values():
            await asyncio.to_thread(running.close)


@asynccontextmanager
async def site(place: Path) -> AsyncIterator[tuple[Site, Nginx]]:
    """Two replicas behind nginx, which writes its logs to this place.

    The tier has time: it shares the processors with all of them.
    """
    sandbox = simulated(100, "canvas")
    async with redis_server() as tier, serving_sandbox(sandbox) as upstreams:
        shared = {"GATEWAY_CACHE__URL": tier.url, "GATEWAY_CACHE__KEY": KEY, "GATEWAY_CACHE__TIMEOUT": "1"}
        one = Site(sandbox, environment(upstreams) | YOUNG | shared, tier)
        try:
            await one.start(FIRST)
            await one.start(SECOND)
            async with nginx(place, one.ports) as server:
                yield one, server
        finally:
            await one.aclose()
