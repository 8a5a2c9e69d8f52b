"""The command line: serve the gateway or the sandbox, list people, print the schema, ask upstreams."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import get_args

import uvloop

from app.asgi import create_app
from app.doctor import examine, healthy, table
from app.embedded import Sandbox, serving_sandbox, simulated
from app.greeting import gateway_greeting, sandbox_greeting
from app.policies import policies_table
from app.server import collect_rarely, serving
from app.settings import PREFIX, BadSettings, read_settings
from app.workers import NotStarted, tell_parent, watch_parent, working
from sandbox.canvas.switches import CanvasMode
from sandbox.people_table import cases_json, cases_table
from schema.query import graph

BAD_SETTINGS = 2
SANDBOX_PORT = 8100


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code.

    2: bad settings or arguments; 1: an address is taken, the doctor found something, a worker ended early.
    """
    asked = _parser().parse_args(arguments)
    try:
        code: int | None = asked.run(asked)
    except BadSettings as error:
        return _complain(str(error), BAD_SETTINGS)
    except NotStarted as error:
        return _complain(str(error), error.code)
    except OSError as error:
        told = error.strerror or "the address cannot be served"
        return _complain(f"{told}; choose another with --port or {PREFIX}PORT", 1)
    return code or 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="insurance-gateway", description="One graph over the systems that know a patient's insurance."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="serve the graph")
    serve.add_argument("--sandbox", action="store_true", help="over simulated upstreams, started beside it")
    serve.add_argument("--host", help="loopback address to serve on (127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to serve on (8000; 0 takes a free one)")
    serve.add_argument("--workers", type=_count, default=1, help="how many processes serve the port (1)")
    serve.add_argument("--one-of-several", action="store_true", help=argparse.SUPPRESS)  # told by app.workers
    serve.set_defaults(run=lambda asked: uvloop.run(_serve(asked)))
    sandbox = commands.add_parser("sandbox", help="serve the simulated upstreams alone, or list their people")
    sandbox.add_argument(
        "--port", type=int, default=SANDBOX_PORT, help=f"first port to serve on ({SANDBOX_PORT})"
    )
    sandbox.add_argument("--people", action="store_true", help="list the named cases, and serve nothing")
    sandbox.add_argument(
        "--json", action="store_true", help="with --people: for programs, with what is true of each"
    )
    sandbox.set_defaults(run=_sandbox)
    for command in (serve, sandbox):
        command.add_argument(
            "--population", type=int, default=200, help="how many people the sandbox has (200)"
        )
        command.add_argument(
            "--mode", choices=get_args(CanvasMode), default="canvas", help="how its Canvas answers"
        )
    doctor = commands.add_parser("doctor", help="ask each configured upstream whether it answers")
    doctor.set_defaults(run=_doctor)
    policies = commands.add_parser("policies", help="print how long each kind of answer is remembered")
    policies.set_defaults(run=lambda _: _say(policies_table(read_settings().cache.given_ages)))
    schema = commands.add_parser("schema", help="print the schema in the schema definition language")
    schema.set_defaults(run=lambda _: _say(graph().sdl))
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError("must be a number from 1 on")
    return int(text)


async def _serve(asked: argparse.Namespace) -> None:
    async with AsyncExitStack() as running:
        sandbox = simulated(asked.population, asked.mode) if asked.sandbox else None
        upstreams = await running.enter_async_context(serving_sandbox(sandbox)) if sandbox else {}
        explain = True if sandbox else None
        settings = read_settings(host=asked.host, port=asked.port, explain=explain, **upstreams)
        app = create_app(settings)
        if asked.workers > 1:
            origin = await running.enter_async_context(working(settings, upstreams, asked.workers))
        else:
            served = serving(app, settings.host, settings.port, shared=asked.one_of_several)
            origin = await running.enter_async_context(served)
        collect_rarely()
        if asked.one_of_several:
            tell_parent()
        else:
            people = sandbox.population if sandbox else None
            _say(gateway_greeting(origin, settings, people, asked.workers))
        await _stopped(is_worker=asked.one_of_several)


def _sandbox(asked: argparse.Namespace) -> None:
    sandbox = simulated(asked.population, asked.mode)
    if asked.people:
        _say(cases_json(sandbox.population) if asked.json else cases_table(sandbox.population))
    else:
        uvloop.run(_simulate(sandbox, asked.port))


async def _simulate(sandbox: Sandbox, port: int) -> None:
    async with serving_sandbox(sandbox, port) as upstreams:
        _say(sandbox_greeting(upstreams))
        await _stopped()


def _doctor(_: argparse.Namespace) -> int:
    findings = uvloop.run(examine(read_settings()))
    _say(table(findings))
    return 0 if healthy(findings) else 1


async def _stopped(*, is_worker: bool = False) -> None:
    """Return at SIGINT or SIGTERM; of a worker also when its parent has ended."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if is_worker:
        watch_parent(stop.set)
    await stop.wait()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _complain(sentence: str, code: int) -> int:
    sys.stderr.write(f"insurance-gateway: {sentence}\n")
    return code
