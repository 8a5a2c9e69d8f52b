"""Serves the gateway that its environment describes, and on another port what its process holds.

`python -m benchmarks.soak.serve` prints one line of JSON with the two ports. The sandbox is not imported:
the memory is the gateway's.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.asgi import create_app
from app.server import collect_rarely, serving
from app.settings import read_settings
from benchmarks.processes import resident

DESCRIPTORS = Path("/proc/self/fd")


async def held(_: Request) -> JSONResponse:
    """What the process holds now: resident memory in MB, and how many of the rest."""
    targets = _descriptors()
    return JSONResponse(
        {
            "memory": resident(os.getpid()),
            "tasks": len(asyncio.all_tasks()),
            "descriptors": len(targets),
            "sockets": sum(target.startswith("socket:") for target in targets),
        }
    )


def _descriptors() -> list[str]:
    """What each open descriptor leads to."""
    return [_target(entry) for entry in DESCRIPTORS.iterdir()]


def _target(entry: Path) -> str:
    try:
        return str(entry.readlink())
    except OSError:  # the one that listed them is closed by now
        return ""


async def _serve() -> None:
    settings = read_settings()
    gauges = Starlette(routes=[Route("/", held)])
    async with (
        serving(create_app(settings), settings.host, settings.port) as gateway,
        serving(gauges, settings.host, 0) as beside,
    ):
        collect_rarely()
        sys.stdout.write(json.dumps({"gateway": _port(gateway), "gauges": _port(beside)}) + "\n")
        sys.stdout.flush()
        await _stopped()


def _port(origin: str) -> int:
    return int(origin.rpartition(":")[2])


async def _stopped() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()


if __name__ == "__main__":
    uvloop.run(_serve())
