"""Serves the gateway and samples where its processor time goes: `python -m benchmarks.sampled PORT`.

SIGUSR1 begins; at SIGTERM the samples are printed as one line of JSON, by room and by function.
"""

import asyncio
import json
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

import uvloop

from app.asgi import create_app
from app.server import collect_rarely, serving
from app.settings import read_settings

HOUSE = f"{Path(__file__).parents[1]}/"
EVERY = 0.001
"""Seconds of processor time between two samples."""

ROOMS = (
    ("app/graphql/operation", "preparation"),
    ("app/graphql/limits", "preparation"),
    ("app/graphql/plan", "plan"),
    ("app/graphql/leaves", "plan"),
    ("app/graphql/telling", "plan"),
    ("app/graphql/execution", "plan"),
    ("app/graphql/response", "encoding"),
    ("app/graphql/", "endpoint"),
    ("app/connection", "server"),
    ("app/corked", "server"),
    ("app/", "endpoint"),
    ("schema/", "plan"),
    ("resolvers/rules/", "rules"),
    ("resolvers/", "joins"),
    ("connectors/memory", "memory"),
    ("connectors/renewals", "memory"),
    ("connectors/spare", "memory"),
    ("connectors/store", "memory"),
    ("connectors/pins", "memory"),
    ("connectors/flight", "memory"),
    ("connectors/cache", "memory"),
    ("connectors/batches", "memory"),
    ("connectors/drop", "memory"),
    ("connectors/forget", "memory"),
    ("connectors/reading", "memory"),
    ("connectors/tags", "memory"),
    ("connectors/connection", "client"),
    ("connectors/exchange", "client"),
    ("connectors/transport", "client"),
    ("connectors/deadline", "client"),
    ("connectors/http", "client"),
    ("connectors/upstream", "client"),
    ("connectors/body", "client"),
    ("connectors/retry", "client"),
    ("connectors/address", "client"),
    ("connectors/oauth", "client"),
    ("connectors/", "decode"),
    ("/uvicorn/", "server"),
    ("/starlette/", "server"),
    ("/graphql/", "graphql-core"),
    ("/strawberry/", "Strawberry"),
    ("/httpx/", "client"),
    ("/asyncio/", "event loop"),
)
"""Whose time a sample is: of the innermost frame whose file begins (ours) or goes on (others') like this."""


class Samples:
    """Counts of samples."""

    def __init__(self) -> None:
        self.rooms: Counter[str] = Counter()
        self.functions: Counter[str] = Counter()

    def take(self, _: int, frame: FrameType | None) -> None:
        """The signal's handler."""
        if frame is not None:
            code = frame.f_code
            self.functions[f"{code.co_filename.rpartition('/')[2]} {code.co_qualname}"] += 1
        self.rooms[_room(frame)] += 1


def _room(frame: FrameType | None) -> str:
    while frame is not None:
        name = frame.f_code.co_filename
        ours = name.removeprefix(HOUSE)
        for beginning, room in ROOMS:
            if (
                (beginning in name)
                if beginning.startswith("/")
                else (ours != name and ours.startswith(beginning))
            ):
                return room
        frame = frame.f_back
    return "event loop"


async def _serve(port: int) -> None:
    samples, stop = Samples(), asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    async with serving(create_app(read_settings()), "127.0.0.1", port):
        collect_rarely()
        signal.signal(signal.SIGPROF, samples.take)
        loop.add_signal_handler(signal.SIGUSR1, signal.setitimer, signal.ITIMER_PROF, EVERY, EVERY)
        await stop.wait()
        signal.setitimer(signal.ITIMER_PROF, 0)
        told = {"rooms": samples.rooms, "functions": dict(samples.functions.most_common(70))}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
