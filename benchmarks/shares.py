"""Where the processor time of a summary goes, warm and cold: `make profile` prints the shares."""

import json
import os
import random
import signal
import sys
from itertools import cycle

import uvloop

from benchmarks.load import load
from benchmarks.measure import WARM_UP, wait_for
from benchmarks.people import patients
from benchmarks.processes import pin, running
from benchmarks.question import requests
from benchmarks.upstreams import Upstreams, upstreams
from tests.ports import free_port

CLIENTS = 32
SECONDS = 5.0


async def main() -> None:
    """Print a table for each."""
    pin(os.getpid(), gateway=False)
    ids = patients()
    random.shuffle(ids)
    async with upstreams() as behind:
        behind.begin(0)
        await _sampled(behind, ids, warm=False)  # the tapes hear everything once
        for warm in (True, False):
            told, answers = await _sampled(behind, ids, warm=warm)
            _print("warm" if warm else "cold", told, answers)


async def _sampled(behind: Upstreams, ids: list[str], *, warm: bool) -> tuple[dict[str, dict[str, int]], int]:
    port = free_port()
    with running("-m", "benchmarks.sampled", str(port), environment=behind.environment) as process:
        await wait_for(port)
        first, rest = requests(ids[:WARM_UP], 1), requests(ids[WARM_UP:], 1)
        await load(port, iter(first), clients=CLIENTS, seconds=60)
        process.send_signal(signal.SIGUSR1)
        timings = await load(port, cycle(first) if warm else iter(rest), clients=CLIENTS, seconds=SECONDS)
        process.terminate()
        assert process.stdout
        return json.loads(process.stdout.readline()), len(timings.seconds)


def _print(name: str, told: dict[str, dict[str, int]], answers: int) -> None:
    taken = sum(told["rooms"].values())
    lines = [f"{name}: {1000 * taken / answers:.0f} µs an answer"]
    for kind in ("rooms", "functions"):
        lines += [
            f"  {100 * count / taken:5.1f} %  {what}"
            for what, count in sorted(told[kind].items(), key=lambda one: -one[1])
        ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    uvloop.run(main())
