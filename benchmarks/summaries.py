"""What the insurance summary costs beside the plain question, and how long a day's list takes."""

import random
from collections.abc import Sequence
from itertools import cycle
from statistics import median

from benchmarks.load import load
from benchmarks.measure import WARM_UP, ask_all, server
from benchmarks.processes import processor_time
from benchmarks.question import LIST, ONE, SUMMARY, post
from benchmarks.upstreams import Upstreams

PASSES = 8
SECONDS = 1.5
CLIENTS = 32
PATIENTS = 300
LATENCY = 20
A_DAY = 100
IN_FLIGHT = 16


async def summaries(behind: Upstreams, patients: Sequence[str]) -> tuple[str, ...]:
    """The lines to print. Raises RuntimeError when an answer is wrong or missing."""
    question, summary = await _calls(behind, patients, ONE), await _calls(behind, patients, SUMMARY)
    shares = await _shares(behind, patients[:PATIENTS])
    calls, distinct, took, ideal = await _days_list(behind, patients)
    warm = f"{median(shares):.2f} ({min(shares):.2f} to {max(shares):.2f} in {PASSES} passes)"
    list_took = f"{took:.0f} ms, {took / ideal:.2f} x the ideal of {ideal:.0f} ms"
    return (
        f"insurance summary, warm: x the question's processor time {warm}",
        f"insurance summary, cold: {summary:.1f} calls, the question {question:.1f}",
        f"day's list of {A_DAY}, cold, {LATENCY} ms, {IN_FLIGHT} in flight: {list_took}",
        f"day's list of {A_DAY}, cold: {calls} calls for {distinct} keys",
    )


async def _calls(behind: Upstreams, patients: Sequence[str], query: str) -> float:
    """Upstream calls for each cold answer, once payors and plans are known."""
    async with server("gateway", behind) as (port, _):
        known, asked = patients[:WARM_UP], patients[WARM_UP : WARM_UP + 100]
        await ask_all(port, _asked(known, query), CLIENTS)
        behind.begin(0)
        await ask_all(port, _asked(asked, query), CLIENTS)
        return behind.calls.calls / len(asked)


async def _shares(behind: Upstreams, patients: Sequence[str]) -> list[float]:
    """What a warm summary takes of the processor, in the question's; measured in turn on one server."""
    async with server("gateway", behind) as (port, pid):
        questions, summaries = _asked(patients, ONE), _asked(patients, SUMMARY)
        behind.begin(0)
        await ask_all(port, [*questions, *summaries], CLIENTS)
        return [await _cost(port, pid, summaries) / await _cost(port, pid, questions) for _ in range(PASSES)]


async def _cost(port: int, pid: int, asked: Sequence[bytes]) -> float:
    """Seconds of processor time for an answer."""
    before = processor_time(pid)
    timings = await load(port, cycle(asked), clients=CLIENTS, seconds=SECONDS)
    return (processor_time(pid) - before) / len(timings.seconds)


async def _days_list(behind: Upstreams, patients: Sequence[str]) -> tuple[int, int, float, float]:
    """Calls, distinct ones among them, milliseconds taken and those that the busiest upstream needs."""
    taken = []
    for _ in range(3):
        async with server("gateway", behind) as (port, _):
            await ask_all(port, [post(LIST, {"ids": ["nobody"]})], 1)
            behind.begin(LATENCY)
            chosen = random.sample(patients, A_DAY)
            timings = await load(port, iter([post(LIST, {"ids": chosen})]), clients=1, seconds=60)
            if timings.errors:
                raise RuntimeError("a day's list has errors")
            taken.append((timings.percentile(50), behind.calls))
    took, told = sorted(taken)[1]
    return told.calls, told.distinct, took, LATENCY * -(-told.busiest // IN_FLIGHT)


def _asked(patients: Sequence[str], query: str) -> list[bytes]:
    return [post(query, {"p0": patient}) for patient in patients]
