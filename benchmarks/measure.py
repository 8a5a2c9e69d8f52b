"""One measured row: a fresh server, warmed up, asked by so many clients while the upstreams take so long."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from types import MappingProxyType

from benchmarks.load import Timings, load
from benchmarks.processes import processor_time, resident, running
from benchmarks.question import request, requests
from benchmarks.upstreams import Upstreams
from tests.ports import free_port

WARM_UP = 300
"""Patients that a fresh server is asked about before it is measured, and never again."""

SYSTEMS = ("floor", "ordinary", "gateway")

ORDER = ("floor", "ordinary", "floor", "gateway", "floor")
"""In which they take turns: the floor around each of the others, as its speed moves most."""

STAMPEDES = 10
"""On the floor, which remembers nothing, each time that it takes its turn; one takes it some 15 ms."""

PRIMING = 8
"""Clients that ask for everything once before a warm row."""


NO_SETTINGS: Mapping[str, str] = MappingProxyType({})

HOPS = 2
"""Upstream answers that must follow one another: the patient, and then whatever the patient's ids lead to."""


@dataclass(frozen=True)
class Row:
    """What is measured: so many clients, patients in one operation, milliseconds for an upstream answer.

    `warm`: everything was asked before. `stampede`: all clients ask once, at one moment, for one patient. The
    systems take turns, so often in one pass: what slows the machine down for a while slows all of them.
    """

    name: str
    clients: int
    at_once: int = 1
    latency: int = 0
    warm: bool = False
    stampede: bool = False
    turns: int = 1

    @property
    def wait(self) -> int:
        """Milliseconds that every cold answer must wait for: two upstream answers, one after the other."""
        return 0 if self.warm else HOPS * self.latency


@dataclass
class Result:
    """What came out: all upstream calls, seconds of processor time, resident memory in MB."""

    timings: Timings = field(default_factory=Timings)
    calls: int = 0
    processor: float = 0.0
    memory: float | None = None

    @property
    def calls_an_answer(self) -> float:
        """Upstream calls for each answer."""
        return self.calls / len(self.timings.seconds)

    @property
    def processor_an_answer(self) -> float:
        """Milliseconds of processor time for each answer."""
        return 1000 * self.processor / len(self.timings.seconds)


@asynccontextmanager
async def server(
    system: str,
    behind: Upstreams,
    constant: bytes = b"",
    *,
    workers: int = 1,
    settings: Mapping[str, str] = NO_SETTINGS,
) -> AsyncIterator[tuple[int, int]]:
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
    with running(*command, environment=environment, stdin=constant, anywhere=workers > 1) as process:
        await wait_for(port)
        yield port, process.pid


async def measure(
    row: Row, behind: Upstreams, patients: Sequence[str], *, seconds: float, constant: bytes
) -> dict[str, Result]:
    """Measure a row on servers of its own, which take turns: each gets so many seconds in all."""
    known, asked = patients[:WARM_UP], patients[WARM_UP:]
    results = {system: Result() for system in SYSTEMS}
    async with AsyncExitStack() as running:
        served = {
            system: await running.enter_async_context(server(system, behind, constant)) for system in SYSTEMS
        }
        behind.begin(0)
        for port, _ in served.values():
            if row.warm:
                await ask_all(port, requests(asked, row.at_once), PRIMING)
            else:
                await ask_all(port, requests(known[: max(60, row.clients)], row.at_once), row.clients)
        questions = {system: _questions(row, asked, system) for system in SYSTEMS}
        for system in ORDER * row.turns:
            behind.begin(row.latency)
            turn = seconds / (row.turns * ORDER.count(system))
            port, pid = served[system]
            before = processor_time(pid)
            for asking in next(questions[system]):
                results[system].timings += await load(port, asking, clients=row.clients, seconds=turn)
            results[system].processor += processor_time(pid) - before
            results[system].calls += behind.calls.calls
        for system, (_, pid) in served.items():
            results[system].memory = resident(pid)
    return results


def _questions(row: Row, patients: Sequence[str], system: str) -> Iterator[list[Iterator[bytes]]]:
    """What is asked at each turn, one after the other. What is cold is asked once, except of the floor."""
    mixed = random.sample(patients, len(patients))
    if row.stampede:
        times = STAMPEDES if system == "floor" else 1
        return ([itertools.repeat(request([one]), row.clients) for _ in range(times)] for one in mixed)
    chosen = requests(mixed, row.at_once)
    return itertools.repeat([itertools.cycle(chosen) if row.warm or system == "floor" else iter(chosen)])


async def ask_all(port: int, asked: Sequence[bytes], clients: int) -> None:
    """Ask for all of them once. Raises RuntimeError when an answer is wrong or missing."""
    timings = await load(port, iter(asked), clients=clients, seconds=120)
    if timings.errors:
        raise RuntimeError("the server answers with errors")


async def wait_for(port: int) -> None:
    """Return when somebody listens there; RuntimeError after half a minute."""
    for _ in range(600):
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.05)
    raise RuntimeError("the server does not start")
