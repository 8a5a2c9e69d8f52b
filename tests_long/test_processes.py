"""Several processes of the program that share what they remember, while one of them, or the server, fails."""

import asyncio
import secrets
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import httpx
import pytest
import pytest_asyncio

from app.embedded import Sandbox, Upstreams, serving_sandbox, simulated
from sandbox.faults import Fault, edit_json
from tests.journeys.conftest import Gateway, until
from tests.journeys.sharing import Peer, at_rest, calls, confidential, held, kept, peers, personal
from tests.journeys.test_insurance_summary import DAY, ONE, ageless
from tests.journeys.test_process import run
from tests.journeys.test_shared import NAME
from tests.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATIENTLY = "1"
"""Seconds that processes wait for the server where calls are counted: other tests keep the machine busy."""

A_MOMENT = 0.025
"""Seconds that a server which does not answer may cost, once."""


class Fleet(NamedTuple):
    """Processes that share by way of one server, and people of whom they know nothing yet."""

    sandbox: Sandbox
    upstreams: Upstreams
    server: RedisServer
    peers: list[Peer]
    strangers: Iterator[str]
    control: Path


@asynccontextmanager
async def fleet_of(count: int, **cache: str) -> AsyncIterator[Fleet]:
    """So many processes over one sandbox."""
    sandbox = simulated(200, "canvas")
    strangers = (person.id for person in reversed(sandbox.population.people))  # the odd cases last
    async with (
        redis_server() as server,
        serving_sandbox(sandbox) as upstreams,
    ):
        with TemporaryDirectory() as control:
            async with peers(count, sandbox, upstreams, server, Path(control), **cache) as several:
                yield Fleet(sandbox, upstreams, server, several, strangers, Path(control))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def fleet() -> AsyncIterator[Fleet]:
    """Three processes that wait for the server for long, if need be."""
    async with fleet_of(3, timeout=PATIENTLY) as one:
        yield one


async def told(gateway: Gateway, patient: str) -> Any:
    """What a process tells of a patient's insurance, without ages and the moments when it was asked for."""
    return ageless(await gateway.data(ONE.replace("stampedAt: fetchedAt", ""), id=patient, on=DAY))


async def alike(asking: "list[asyncio.Future[Any]]") -> Any:
    """The answer that all of them are given."""
    first, *others = await asyncio.gather(*asking)
    assert all(one == first for one in others)
    return first


def ask(peer: Peer, patient: str, times: int) -> "list[asyncio.Future[Any]]":
    """So many questions at once."""
    return [asyncio.ensure_future(told(peer.gateway, patient)) for _ in range(times)]


async def test_hundreds_of_misses_in_three_processes_ask_once(fleet: Fleet) -> None:
    """A hundred clients of each ask for the same patient at once: each upstream is asked each thing once."""
    at_rest(fleet.sandbox)
    patient, gate = next(fleet.strangers), asyncio.Event()
    fleet.sandbox.canvas.faults.add(Fault(held(gate), method="GET"))

    asking = [one for peer in fleet.peers for one in ask(peer, patient, 100)]
    await until(lambda: bool(calls(fleet.sandbox)))
    gate.set()
    answer = await alike(asking)

    assert answer["insuranceSummary"]["patient"] == {"id": patient}
    assert max(calls(fleet.sandbox).values()) == 1


async def test_when_the_process_that_asks_is_killed_one_other_asks(fleet: Fleet) -> None:
    """Hundreds wait for its answers: when its leases are over, each thing is asked once more."""
    at_rest(fleet.sandbox)
    patient, gate = next(fleet.strangers), asyncio.Event()
    async with peers(1, fleet.sandbox, fleet.upstreams, fleet.server, timeout=PATIENTLY) as (victim,):
        fleet.sandbox.canvas.faults.add(Fault(held(gate), method="GET"))
        lost = ask(victim, patient, 1)
        await until(lambda: any("canvas" in one for one in calls(fleet.sandbox)))
        asking = [one for peer in fleet.peers for one in ask(peer, patient, 100)]

        victim.process.kill()
        assert isinstance((await asyncio.gather(*lost, return_exceptions=True))[0], httpx.HTTPError)
        begun = {one for one in calls(fleet.sandbox) if "canvas" in one}
        await until(lambda: all(calls(fleet.sandbox)[one] > 1 for one in begun))  # a lease has LIFE left

        gate.set()
        await alike(asking)
    asked = calls(fleet.sandbox)
    assert asked == Counter(dict.fromkeys(asked, 1)) + Counter(dict.fromkeys(begun, 1))


async def test_a_process_that_starts_beside_others_asks_nobody(fleet: Fleet) -> None:
    """What they know it tells at once, the same, without an upstream call."""
    people = [next(fleet.strangers) for _ in range(20)]
    known = [await told(fleet.peers[0].gateway, patient) for patient in people]
    async with peers(1, fleet.sandbox, fleet.upstreams, fleet.server, timeout=PATIENTLY) as (fresh,):
        at_rest(fleet.sandbox)

        assert [await told(fresh.gateway, patient) for patient in people] == known

    assert calls(fleet.sandbox) == {}


async def test_what_one_process_is_told_to_drop_all_ask_anew(fleet: Fleet) -> None:
    """`cache drop` for the port of one: within a second the others, too, tell what is true now."""
    at_rest(fleet.sandbox)
    patient, first = next(fleet.strangers), fleet.peers[0]
    before = [await told(peer.gateway, patient) for peer in fleet.peers]
    changed = edit_json(lambda body: body | {"name": [{"text": "Another Name", "family": "Name"}]})
    fleet.sandbox.canvas.faults.add(Fault(changed, path=f"/Patient/{patient}"))
    assert [await told(peer.gateway, patient) for peer in fleet.peers] == before

    at = {"GATEWAY_CONTROL": str(fleet.control), "GATEWAY_PORT": first.port}
    dropped = await asyncio.to_thread(run, "cache", "drop", "--patient", patient, environment=at)

    heard = time.monotonic()
    assert (dropped.returncode, dropped.stderr) == (0, "")
    for peer in fleet.peers:
        while (await peer.gateway.data(NAME, id=patient))["patient"]["name"]["text"] != "Another Name":
            assert time.monotonic() - heard < 1


async def test_what_processes_leave_on_the_server_tells_nothing(fleet: Fleet) -> None:
    """No name, date, number or id of anybody, and no credential."""
    await told(fleet.peers[0].gateway, next(fleet.strangers))
    everything = b""
    while len(everything) < 1000:
        everything = b" ".join((await kept(fleet.server)).values())

    assert [one for one in personal(fleet.sandbox) if one in everything] == []
    assert [one for one in confidential(fleet.upstreams) if one in everything] == []


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pair() -> AsyncIterator[Fleet]:
    """Two processes as they are without any wishes, whose server may be ill-treated."""
    async with fleet_of(2) as one:
        yield one


async def timed(gateway: Gateway, patient: str) -> tuple[Any, float]:
    """What a process tells of a patient, and how long that takes."""
    began = time.perf_counter()
    return await told(gateway, patient), time.perf_counter() - began


async def cold(fleet: Fleet) -> float:
    """Seconds for an answer that nobody knows, usually."""
    return median([(await timed(fleet.peers[1].gateway, next(fleet.strangers)))[1] for _ in range(8)])


async def all_share(fleet: Fleet) -> None:
    """Return when both processes say that they use the server."""
    async with asyncio.timeout(10):
        while not all([await peer.shares() for peer in fleet.peers]):
            await asyncio.sleep(0.01)


async def pause(server: RedisServer) -> None:
    """It does not answer."""
    server.pause()


async def go_on(server: RedisServer) -> None:
    """It answers again."""
    server.go_on()


async def fill(server: RedisServer) -> None:
    """It takes nothing more."""
    async with server.client() as client:
        await client.config_set("maxmemory-policy", "noeviction")
        await client.config_set("maxmemory", 1)


async def empty(server: RedisServer) -> None:
    """It has room again."""
    async with server.client() as client:
        await client.config_set("maxmemory", 0)


async def spoil(server: RedisServer) -> None:
    """Whatever it keeps is rubbish now."""
    async with server.client() as client:
        async for name in client.scan_iter():
            await client.set(name, secrets.token_bytes(100), keepttl=True)


async def leave(server: RedisServer) -> None:
    """Nothing is done about it."""


async def kill(server: RedisServer) -> None:
    """It is gone."""
    await server.kill()


async def start(server: RedisServer) -> None:
    """It is back, and has lost everything."""
    await server.start()


Deed = Callable[[RedisServer], Awaitable[None]]


@pytest.mark.parametrize(
    ("ail", "heal"),
    [(pause, go_on), (kill, start), (fill, empty), (spoil, leave)],
    ids=["paused", "killed", "full", "spoilt"],
)
async def test_whatever_ails_the_server_changes_no_answer(pair: Fleet, ail: Deed, heal: Deed) -> None:
    """It costs the next client less than 25 ms, those after them nothing; health tells whether it is used."""
    knowing, asked = (peer.gateway for peer in pair.peers)
    await all_share(pair)
    usually = await cold(pair)
    firsts: list[float] = []
    later: list[float] = []
    for _ in range(3):
        people = [next(pair.strangers) for _ in range(4)]
        known = [await told(knowing, patient) for patient in people]
        await ail(pair.server)
        for place, patient in enumerate(people):
            answer, took = await timed(asked, patient)
            assert answer == known[place]
            (later if place else firsts).append(took)
        if ail is not spoil:  # then it is used again before or after the look
            assert await pair.peers[1].shares() is (ail is fill)
        await heal(pair.server)
        await all_share(pair)

    assert min(firsts) < usually + A_MOMENT
    assert min(later) < usually + A_MOMENT / 5


async def test_processes_end_well_whatever_the_server_does(pair: Fleet) -> None:
    """On SIGTERM with code 0, silently and soon: also while the server does not answer."""
    await all_share(pair)
    for peer, deed in zip(pair.peers, (leave, pause), strict=True):
        await told(peer.gateway, next(pair.strangers))
        await deed(pair.server)
        began = time.monotonic()
        peer.process.send_signal(signal.SIGTERM)
        out, errors = await asyncio.to_thread(peer.process.communicate, timeout=15)

        assert (peer.process.returncode, out, errors) == (0, "", "")
        assert time.monotonic() - began < 5
