"""Soaks the gateway and tells whether it came out as it went in: `python -m benchmarks.soak`.

Dozens of clients ask a mixture of questions for `--minutes` (10), while the upstreams fail in turn. Exit
code 1 when an answer was wrong, memory grew, anything was kept, or the gateway complained or ended badly.
The gauges are Linux's /proc.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import uvloop

from app.embedded import serving_sandbox, simulated
from benchmarks.soak.clients import Client, Tally
from benchmarks.soak.process import Gateway, Held, running
from benchmarks.soak.questions import Questions
from benchmarks.soak.serve import DESCRIPTORS
from benchmarks.soak.weather import Weather

PEOPLE = 2_000
CLIENTS = 32
FILLING = 16
"""Clients that fill the gateway's memory first."""

WARM = 0.25
"""The part of the time after which memory must not grow."""

LOOK = 0.05
"""The part of the time for which memory is looked at, in a calm: once it is warm, and in the end."""

MOST_GROWTH = 0.05
RELEASE = 45
"""Seconds in which all connections end: they are kept for 30 without use."""


@dataclass(frozen=True)
class Outcome:
    """What the gateway held before, warm, in the end and without load; what it wrote; how it ended."""

    before: Held
    warm: Held
    last: Held
    after: Held
    code: int | None
    written: int
    where: tuple[str, ...]


async def soak(minutes: float) -> int:
    """Print a table, and what is wrong; 1 if anything is."""
    sandbox = simulated(PEOPLE, "canvas")
    weather, tally = Weather(sandbox), Tally()
    async with serving_sandbox(sandbox) as upstreams, running(upstreams) as gateway:
        outcome = await _outcome(gateway, Questions(sandbox.population.people), weather, tally, minutes * 60)
    print(_table(outcome, tally, weather))  # noqa: T201
    wrong = [*_wrong(outcome), *(f"{number} x {what}" for what, number in tally.objections.most_common(20))]
    print("\n".join(["", "WRONG:", *wrong] if wrong else ["", "Nothing is wrong."]))  # noqa: T201
    return int(bool(wrong))


async def _outcome(
    gateway: Gateway, questions: Questions, weather: Weather, tally: Tally, seconds: float
) -> Outcome:
    before = await gateway.held()
    filling = questions.filling()
    await asyncio.gather(
        *(Client(gateway.port, tally, weather.calm_since).fill(filling) for _ in range(FILLING))
    )
    warm, last = await _under_load(gateway, questions, weather, tally, seconds)
    after = await gateway.released(before, RELEASE)
    code = await gateway.ended()
    written, where = gateway.complaints()
    return Outcome(before, warm, last, after, code, written, tuple(where))


async def _under_load(
    gateway: Gateway, questions: Questions, weather: Weather, tally: Tally, seconds: float
) -> tuple[Held, Held]:
    """What the gateway holds when it is warm, and in the end."""
    until = asyncio.get_running_loop().time() + seconds
    mixed = questions.mixed()
    look = LOOK * seconds
    async with asyncio.TaskGroup() as group:
        for _ in range(CLIENTS):
            group.create_task(Client(gateway.port, tally, weather.calm_since).converse(mixed, until))
        group.create_task(_report(gateway, weather, tally, int(seconds // 60)))
        warm = await _after_storms(gateway, weather, WARM * seconds, look)
        last = await _after_storms(gateway, weather, (1 - WARM) * seconds, look)
    return warm, last


async def _after_storms(gateway: Gateway, weather: Weather, seconds: float, look: float) -> Held:
    """What the gateway usually holds in the last `look` of so many seconds; before that are storms."""
    clock = asyncio.get_running_loop().time
    end = clock() + seconds
    await weather.rage(seconds - look)
    await asyncio.sleep(end - look - clock())
    return await gateway.usually_held(look)


async def _report(gateway: Gateway, weather: Weather, tally: Tally, minutes: int) -> None:
    for minute in range(1, minutes):
        await asyncio.sleep(60)
        memory = (await gateway.held()).memory
        print(  # noqa: T201
            f"{minute} min: {tally.answers} answers, {weather.storms} storms, {memory:.1f} MB", flush=True
        )


def _wrong(outcome: Outcome) -> Iterator[str]:
    growth = outcome.last.memory / outcome.warm.memory - 1
    if not growth < MOST_GROWTH:
        yield f"memory grew by {growth:.1%} from warm to the end"
    if not outcome.after.within(outcome.before):
        yield f"tasks, descriptors or sockets were kept for {RELEASE} s after the load"
    if outcome.code != 0:
        yield f"the exit code after SIGTERM was {outcome.code}"
    if outcome.written:
        yield f"{outcome.written} lines on stderr"
        yield from outcome.where


def _table(outcome: Outcome, tally: Tally, weather: Weather) -> str:
    columns = (outcome.before, outcome.warm, outcome.last, outcome.after)
    rows = zip(Held._fields, zip(*columns, strict=True), strict=True)
    return "\n".join(
        [
            f"\n{tally.answers} answers and {tally.left} clients that left, {weather.storms} storms",
            f"{'without errors':24} {tally.whole:>8}",
            *(f"{code:24} {number:>8}" for code, number in sorted(tally.codes.items())),
            f"\n{'':12} {'before':>8} {'warm':>8} {'in the end':>10} {'after load':>10}",
            *(
                f"{name:12} {before:8.1f} {warm:8.1f} {last:10.1f} {after:10.1f}"
                for name, (before, warm, last, after) in rows
            ),
        ]
    )


def main() -> int:
    """Read the arguments and soak."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description="Soak the gateway.")
    parser.add_argument("--minutes", type=float, default=10, help="of mixed load (10)")
    minutes: float = parser.parse_args().minutes
    if not DESCRIPTORS.exists():
        print("The gauges need /proc, which this system has not.")  # noqa: T201
        return 1
    return uvloop.run(soak(minutes))


if __name__ == "__main__":
    sys.exit(main())
