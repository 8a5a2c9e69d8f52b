"""Measures the gateway against its floors and prints the table: `make bench`."""

import os
import random
import sys
from collections.abc import Sequence
from statistics import median

import uvloop

from benchmarks.compare import check_answers
from benchmarks.measure import SYSTEMS, Result, Row, measure
from benchmarks.people import patients
from benchmarks.processes import pin
from benchmarks.question import AT_ONCE
from benchmarks.reads import read_from_memory
from benchmarks.shared import shared
from benchmarks.summaries import summaries
from benchmarks.upstreams import Upstreams, upstreams

PASSES = 3
SECONDS = 3.0
WARM = 1_300

ROWS = (
    Row("summary, warm", 32, warm=True, turns=8),
    Row("summary, cold, 0 ms", 32),
    Row("summary, cold, 20 ms", 32, latency=20),
    Row("summary, cold, 20 ms", 256, latency=20),
    Row(f"{AT_ONCE} patients, warm", 32, AT_ONCE, warm=True, turns=3),
    Row(f"{AT_ONCE} patients, cold, 20 ms", 4, AT_ONCE, latency=20, turns=4),
    Row("stampede, cold, 20 ms", 256, latency=20, stampede=True, turns=6),
)
HEAD = (
    f"{'':26} {'clients':>7} {'':9} {'req/s':>8} {'x floor':>8} {'x ordinary':>10} "
    f"{'p50 ms':>8} {'p99 ms':>8} {'x wait':>7} {'cpu ms':>7} {'calls':>7} {'MB':>5}"
)


async def main() -> int:
    """Print the table; 1 when an answer was wrong or missing."""
    pin(os.getpid(), gateway=False)
    random.seed(os.getpid())
    ids = patients()
    errors = 0
    async with upstreams() as behind:
        bodies = await check_answers(behind, ids)
        print(f"Python {' '.join(sys.version.split())}")  # noqa: T201
        print(f"{len(ids)} patients, {PASSES} passes of {SECONDS:.0f} s, medians\n\n{HEAD}")  # noqa: T201
        for row in ROWS:
            passes = [await _pass(row, behind, ids, bodies[row.at_once]) for _ in range(PASSES)]
            errors += sum(result.timings.errors for one in passes for result in one.values())
            for system in SYSTEMS:
                print(_line(row, system, passes), flush=True)  # noqa: T201
        print()  # noqa: T201
        print(f"a read from memory: {await read_from_memory():.2f} µs")  # noqa: T201
        for line in (*await summaries(behind, ids), *await shared(behind, ids)):
            print(line, flush=True)  # noqa: T201
    if errors:
        print(f"\n{errors} answers were wrong or missing")  # noqa: T201
    return int(bool(errors))


async def _pass(row: Row, behind: Upstreams, ids: Sequence[str], constant: bytes) -> dict[str, Result]:
    asked = ids[:WARM] if row.warm else ids
    return await measure(row, behind, asked, seconds=SECONDS, constant=constant)


def _line(row: Row, system: str, passes: Sequence[dict[str, Result]]) -> str:
    results = [one[system] for one in passes]
    rate = median(result.timings.rate for result in results)
    floor, ordinary = (
        median(one[system].timings.rate / one[other].timings.rate for one in passes)
        for other in ("floor", "ordinary")
    )
    p50, p99 = (median(result.timings.percentile(percent) for result in results) for percent in (50, 99))
    wait = f"{p99 / row.wait:7.2f}" if row.wait and system != "floor" else f"{'':7}"
    processor = median(result.processor_an_answer for result in results)
    calls = median(result.calls_an_answer for result in results) * (row.clients if row.stampede else 1)
    memory = median(result.memory or 0 for result in results)
    return (
        f"{row.name if system == SYSTEMS[0] else '':26} {row.clients if system == SYSTEMS[0] else '':>7} "
        f"{system:9} {rate:8.0f} {floor:8.3f} {ordinary:10.2f} {p50:8.2f} {p99:8.2f} {wait} "
        f"{processor:7.2f} {calls:7.1f} {memory:5.0f}"
    )


if __name__ == "__main__":
    sys.exit(uvloop.run(main()))
