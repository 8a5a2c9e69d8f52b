"""Several processes: a summary that only the shared tier remembers, and what a second worker brings."""

import base64
import os
from collections.abc import Sequence
from itertools import cycle
from statistics import median

from benchmarks.load import Timings, load
from benchmarks.measure import HOPS, WARM_UP, ask_all, server
from benchmarks.question import AT_ONCE, requests
from benchmarks.upstreams import Upstreams
from tests.redis_server import redis_server

CLIENTS = 32
LATENCY = 20
PATIENTS = 1_000
PRIMED = 300
LEARNING = 60
PASSES = 3
TURNS = 5
SECONDS = 3.0


async def shared(behind: Upstreams, patients: Sequence[str]) -> tuple[str, ...]:
    """The lines to print. Raises RuntimeError when an answer is wrong or missing."""
    return (
        await _from_the_tier(behind, patients),
        await _with_two_workers(behind, patients, "summary", 1),
        await _with_two_workers(behind, patients, f"{AT_ONCE} patients", AT_ONCE),
        *[await _cold_with_two_workers(behind, patients, clients) for clients in (32, 256)],
    )


async def _from_the_tier(behind: Upstreams, patients: Sequence[str]) -> str:
    """One process asks everything; fresh ones are asked once for each patient, with the tier and without.

    These two take turns. Redis is on the clients' processor: it has little time to answer.
    """
    learning, asked = requests(patients[:LEARNING], 1), requests(patients[WARM_UP : WARM_UP + PATIENTS], 1)
    ratios, known, calls = [], Timings(), 0
    async with redis_server() as redis:
        key = base64.urlsafe_b64encode(os.urandom(32)).decode()
        tier = {"GATEWAY_CACHE__URL": redis.url, "GATEWAY_CACHE__KEY": key}
        behind.begin(0)
        async with server("gateway", behind, settings=tier) as (port, _):
            await ask_all(port, asked, CLIENTS)
        for _ in range(PASSES):
            once, cold = Timings(), Timings()
            async with (
                server("gateway", behind, settings=tier) as (with_it, _),
                server("gateway", behind) as (without, _),
            ):
                behind.begin(0)
                for port in (with_it, without):
                    await ask_all(port, learning, CLIENTS)
                for turn in range(TURNS):
                    behind.begin(LATENCY)
                    once += await _ask_once(with_it, asked[turn::TURNS])
                    calls += behind.calls.calls
                    cold += await _ask_once(without, asked[turn::TURNS])
            _check(once, cold)
            ratios.append(once.rate / cold.rate)
            known += once
    times = f"p50 {known.percentile(50):.1f} ms, p99 {known.percentile(99):.1f} ms"
    beside = f"{median(ratios):.2f} x cold at {LATENCY} ms"
    return f"summary from the shared tier: {known.rate:.0f} req/s, {times}, {calls} calls, {beside}"


async def _ask_once(port: int, asked: Sequence[bytes]) -> Timings:
    return await load(port, iter(asked), clients=CLIENTS, seconds=60, restless=False)


async def _with_two_workers(behind: Upstreams, patients: Sequence[str], what: str, at_once: int) -> str:
    """All processors are both workers' and the clients'; a single worker has one for itself.

    The clients need a share of two processors, smaller for larger questions, that one worker does not feel.
    """
    asked = requests(patients[:PRIMED], at_once)
    behind.begin(0)
    ratios = []
    for _ in range(PASSES):
        one, two = [await _warm(behind, asked, workers) for workers in (1, 2)]
        _check(one, two)
        ratios.append(two.rate / one.rate)
    return f"{what}, warm: two workers {median(ratios):.2f} x one"


async def _warm(behind: Upstreams, asked: Sequence[bytes], workers: int) -> Timings:
    async with server("gateway", behind, workers=workers) as (port, _):
        await _teach(port, asked, CLIENTS)
        return await load(port, cycle(asked), clients=CLIENTS, seconds=SECONDS, restless=False)


async def _cold_with_two_workers(behind: Upstreams, patients: Sequence[str], clients: int) -> str:
    """What the second worker brings where every patient is new: the processors are shared as above."""
    wait = HOPS * LATENCY
    ratios, tails = [], []
    for _ in range(PASSES):
        one, two = [await _cold(behind, patients, workers, clients) for workers in (1, 2)]
        _check(one, two)
        ratios.append(two.rate / one.rate)
        tails.append(two.percentile(99))
    tail = f"p99 {median(tails):.0f} ms, {median(tails) / wait:.2f} x the wait"
    return f"summary, cold, {LATENCY} ms, {clients} clients: two workers {median(ratios):.2f} x one, {tail}"


async def _cold(behind: Upstreams, patients: Sequence[str], workers: int, clients: int) -> Timings:
    known, asked = requests(patients[:WARM_UP], 1), requests(patients[WARM_UP:], 1)
    async with server("gateway", behind, workers=workers) as (port, _):
        behind.begin(0)
        await _teach(port, known, clients)
        behind.begin(LATENCY)
        return await load(port, iter(asked), clients=clients, seconds=SECONDS, restless=False)


async def _teach(port: int, asked: Sequence[bytes], clients: int) -> None:
    """Ask for everything so often that both workers have heard it: each remembers for itself."""
    for _ in range(4):
        await ask_all(port, asked, clients)


def _check(*timings: Timings) -> None:
    if any(one.errors for one in timings):
        raise RuntimeError("the gateway answers with errors")
