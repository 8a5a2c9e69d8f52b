"""Serves what ours is compared with, as its own documentation would: `python -m benchmarks.serve NAME PORT`.

`floor` answers the bytes that it reads from standard input; `ordinary` is led by our own settings.
"""

import sys

import uvicorn
from starlette.types import ASGIApp

from app.settings import read_settings
from benchmarks.floor import floor
from benchmarks.ordinary.app import create_app


def _app(name: str) -> ASGIApp:
    return floor(sys.stdin.buffer.read()) if name == "floor" else create_app(read_settings())


if __name__ == "__main__":
    _, chosen, port = sys.argv
    uvicorn.run(
        _app(chosen),
        port=int(port),
        loop="uvloop",
        http="httptools",
        lifespan="on" if chosen == "ordinary" else "off",
        access_log=False,
        log_level="warning",
    )
