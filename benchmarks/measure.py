"""One measured row: a fresh server, warmed up, asked by so many clients while the upstreams take so long."""

import itertools
import json
import random
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import httpx

from benchmarks.load import Timings, load
from benchmarks.processes import resident, running
from benchmarks.question import request, requests
from tests.ports import free_port

WARM_UP = 300
"""Patients that a fresh server is asked about before it is measured, and never again."""

PRIMING = 8
"""Clients that ask for everything once before a warm row."""


NO_SETTINGS: Mapping[str, str] = MappingProxyType({})

HOPS = 2
"""Upstream answers that must follow one another: the patient, and then whatever the patient's ids lead to."""


@dataclass(frozen=True)
class Row:
    """What is measured: so many clients, patients in one operation, milliseconds for an upstream answer.

    `warm`: everything was asked before. `stampede`: all clients ask once, at one moment, for one patient.
    """

    name: str
    clients: int
    at_once: int = 1
    latency: int = 0
    warm: bool = False
    stampede: bool = False

    @property
    def wait(self) -> int:
        """Milliseconds that every cold answer must wait for: two upstream answers, one after the other."""
        return 0 if self.warm else HOPS * self.latency


@dataclass(frozen=True)
class Result:
    """What came out: `calls` to upstreams for each answer, resident memory in MB."""

    timings: Timings
    calls: float
    memory: float | None


class Calls(NamedTuple):
    """Calls without those for tokens: all, how many of them were distinct, and the busiest upstream's."""

    calls: int
    distinct: int
    busiest: int


@dataclass(frozen=True)
class Upstreams:
    """The recorded upstreams, and the variables that lead a gateway there."""

    environment: dict[str, str]
    control: str

    def begin(self, latency: int) -> None:
        """Answer after so many milliseconds from now on, and count calls from zero."""
        httpx.post(self.control, content=str(latency))

    @property
    def calls(self) -> Calls:
        """What came since."""
        return Calls(**httpx.get(self.control).json())


@contextmanager
def upstreams() -> Iterator[Upstreams]:
    """Serve the recorded upstreams while the block runs."""
    with running("-m", "benchmarks.upstreams", gateway=False) as process:
        assert process.stdout
        yield Upstreams(**json.loads(process.stdout.readline()))


@contextmanager
def server(
    system: str,
    behind: Upstreams,
    constant: bytes = b"",
    *,
    workers: int = 1,
    settings: Mapping[str, str] = NO_SETTINGS,
) -> Iterator[tuple[int, int]]:
    """Serve one of the systems while the block runs; gives its port and process id.

    Several workers are on all processors; further `settings` are the gateway's.
    """
    port = free_port()
    more = ("--workers", str(workers)) if workers > 1 else ()
    command = {
        "gateway": ("-m", "app", "serve", "--port", str(port), *more),
        "ordinary": ("-m", "benchmarks.serve", "ordinary", str(port)),
        "floor": ("-m", "benchmarks.serve", "floor", str(port)),
    }[system]
    environment = {**behind.environment, **settings}
    on = None if workers > 1 else True
    with running(*command, environment=environment, stdin=constant, gateway=on) as process:
        wait_for(port)
        yield port, process.pid


async def measure(
    row: Row, system: str, behind: Upstreams, patients: Sequence[str], *, seconds: float, constant: bytes
) -> Result:
    """Measure a row on a server of its own."""
    with server(system, behind, constant) as (port, pid):
        known, asked = patients[:WARM_UP], patients[WARM_UP:]
        behind.begin(0)
        if row.warm:
            await ask_all(port, requests(asked, row.at_once), PRIMING)
        else:
            await ask_all(port, requests(known[: max(60, row.clients)], row.at_once), row.clients)
        behind.begin(row.latency)
        timings = await load(port, _questions(row, asked), clients=row.clients, seconds=seconds)
        return Result(timings, behind.calls.calls / len(timings.seconds), resident(pid))


def _questions(row: Row, patients: Sequence[str]) -> Iterator[bytes]:
    if row.stampede:
        return itertools.repeat(request([random.choice(patients)]), row.clients)  # noqa: S311  # no secret
    chosen = random.sample(patients, len(patients))
    return itertools.cycle(requests(chosen, row.at_once)) if row.warm else iter(requests(chosen, row.at_once))


async def ask_all(port: int, asked: Sequence[bytes], clients: int) -> None:
    """Ask for all of them once. Raises RuntimeError when an answer is wrong or missing."""
    timings = await load(port, iter(asked), clients=clients, seconds=120)
    if timings.errors:
        raise RuntimeError("the server answers with errors")


def wait_for(port: int) -> None:
    """Return when somebody listens there; RuntimeError after half a minute."""
    for _ in range(600):
        with socket.socket() as probe:
            probe.settimeout(0.05)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the server does not start")
