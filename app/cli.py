"""The command line: serve the gateway or the sandbox, ask upstreams, drop what is remembered, list, print."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from typing import get_args
from urllib.parse import urlsplit

import uvloop

from app.asgi import create_app
from app.control.client import Untold, tell
from app.control.order import Order
from app.control.place import prepared, socket_path
from app.control.server import controlled
from app.doctor import examine, healthy, table
from app.embedded import Sandbox, serving_sandbox, simulated
from app.greeting import gateway_greeting, sandbox_greeting
from app.policies import policies_table
from app.server import collect_rarely, open_many, serving
from app.settings import PREFIX, BadSettings, known_payers, read_settings
from app.workers import NotStarted, tell_parent, watch_parent, working
from connectors.cache import Kind
from connectors.fhir.reference import is_id
from sandbox.canvas.switches import CanvasMode
from sandbox.people_table import cases_json, cases_table
from schema.query import graph

BAD_SETTINGS = 2
SANDBOX_PORT = 8100
LAST_SANDBOX_PORT = 65_532


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code.

    2: bad settings or arguments; 1: an address is taken, a worker did not start, the doctor found something,
    no gateway was told.
    """
    asked = _parser().parse_args(arguments)
    try:
        code: int | None = asked.run(asked)
    except BadSettings as error:
        return _complain(str(error), BAD_SETTINGS)
    except NotStarted as error:
        return _complain(str(error), error.code)
    except Untold as error:
        return _complain(str(error), 1)
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
    serve.add_argument("--workers", type=_from(1), default=1, help="how many processes serve the port (1)")
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
            "--population", type=_from(0), default=200, help="how many people the sandbox has (200)"
        )
        command.add_argument(
            "--mode", choices=get_args(CanvasMode), default="canvas", help="how its Canvas answers"
        )
    doctor = commands.add_parser("doctor", help="ask each configured upstream whether it answers")
    doctor.set_defaults(run=_doctor)
    policies = commands.add_parser("policies", help="print how long each kind of answer is remembered")
    policies.set_defaults(run=lambda _: _say(policies_table(read_settings().cache.given_ages)))
    _add_cache(commands)
    schema = commands.add_parser("schema", help="print the schema in the schema definition language")
    schema.set_defaults(run=lambda _: _say(graph().sdl))
    return parser


def _add_cache(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    cache = commands.add_parser("cache", help="tell a running gateway what to do with what it remembers")
    drop = cache.add_subparsers(required=True, metavar="ACTION").add_parser("drop", help="forget some of it")
    what = drop.add_mutually_exclusive_group(required=True)
    what.add_argument("--patient", metavar="ID", type=_fhir_id, help="what tells of this patient")
    what.add_argument("--kind", choices=[kind.value for kind in Kind], help="every answer of this kind")
    drop.add_argument("--port", type=int, help="port that the gateway serves on (8000)")
    drop.set_defaults(run=_drop)


def _from(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or int(text) < least:
            raise argparse.ArgumentTypeError(f"must be a number, {least} or more")
        return int(text)

    return number


def _fhir_id(text: str) -> str:
    if not is_id(text):
        raise argparse.ArgumentTypeError("must be a FHIR id")
    return text


async def _serve(asked: argparse.Namespace) -> None:
    async with AsyncExitStack() as running:
        sandbox = simulated(asked.population, asked.mode) if asked.sandbox else None
        upstreams = await running.enter_async_context(serving_sandbox(sandbox)) if sandbox else {}
        explain = True if sandbox else None
        settings = read_settings(host=asked.host, port=asked.port, explain=explain, **upstreams)
        control = prepared(settings.control)
        if asked.workers > 1:
            known_payers(settings)  # a file that cannot be read is told once, not by each worker
            origin = await running.enter_async_context(working(settings, upstreams, asked.workers))
        else:
            app = create_app(settings)
            served = serving(app, settings.host, settings.port, shared=asked.one_of_several)
            origin = await running.enter_async_context(served)
            if control is not None:
                path = socket_path(control, urlsplit(origin).port or 0, os.getpid())
                await running.enter_async_context(controlled(path, app.state.forgetting.drop))
        collect_rarely()
        open_many()
        if asked.one_of_several:
            tell_parent()
        else:
            people = sandbox.population if sandbox else None
            _say(gateway_greeting(origin, settings, people, asked.workers))
        await _stopped(is_worker=asked.one_of_several)


def _sandbox(asked: argparse.Namespace) -> None:
    _check_simulated(asked)
    sandbox = simulated(asked.population, asked.mode)
    if asked.people:
        _say(cases_json(sandbox.population) if asked.json else cases_table(sandbox.population))
    else:
        uvloop.run(_simulate(sandbox, asked.port))


def _check_simulated(asked: argparse.Namespace) -> None:
    if asked.json and not asked.people:
        raise BadSettings("--json goes with --people")
    if not 0 <= asked.port <= LAST_SANDBOX_PORT:
        raise BadSettings(f"--port must be 0 to {LAST_SANDBOX_PORT}: it and the next three are served")


async def _simulate(sandbox: Sandbox, port: int) -> None:
    async with serving_sandbox(sandbox, port) as upstreams:
        _say(sandbox_greeting(upstreams))
        await _stopped()


def _doctor(_: argparse.Namespace) -> int:
    findings = uvloop.run(examine(read_settings()))
    _say(table(findings))
    return 0 if healthy(findings) else 1


def _drop(asked: argparse.Namespace) -> None:
    settings = read_settings(port=asked.port)
    order = Order(patient=asked.patient, kind=asked.kind and Kind(asked.kind))
    _say(tell(settings.control, settings.port, order))


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
