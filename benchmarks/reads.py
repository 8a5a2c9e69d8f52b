"""What it takes to read a remembered answer, without anything around it."""

import asyncio
import time
from statistics import median
from typing import Any, ClassVar

from benchmarks.bound import answers
from connectors.memory import Memory

READS = 100_000
PASSES = 7
PEOPLE = 200


class Nobody:
    """A connector that is not asked."""

    system: ClassVar[str] = "nobody"
    realm = "realm"


async def read_from_memory() -> float:
    """Microseconds for a read that is a hit: the median of several passes over a thousand answers."""
    memory = Memory()
    slots = [
        slot
        for number in range(PEOPLE)
        for slot, answer in answers(number)
        if memory.arrived(slot, answer, 0.0)
    ]
    wanted: list[tuple[Any, Any]] = [(fetch, key) for _, fetch, key in slots]
    connector = Nobody()
    taken = []
    for _ in range(PASSES):
        began = time.perf_counter()
        for _ in range(READS // len(wanted)):
            for fetch, key in wanted:
                memory.read(connector, fetch, key)
        taken.append((time.perf_counter() - began) / READS)
        await asyncio.sleep(0)
    return 1e6 * median(taken)
