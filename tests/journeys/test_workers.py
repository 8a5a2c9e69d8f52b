"""`serve --workers`: several processes that serve one port, as clients and an operator see them."""

import asyncio
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import httpx
import pytest
from starlette.types import ASGIApp

from app.embedded import serving_sandbox, simulated
from app.greeting import environment
from sandbox.faults import Fault, Honest
from tests.journeys.conftest import ASK
from tests.journeys.test_process import run, started
from tests.processes import alive, children, variable
from tests.redis_server import redis_server

STRICT = {"PYTHONWARNINGS": "error"}
FETCHED = "query($id: ID!) { patient(id: $id) { source { fetchedAt } } }"
CONNECTIONS = 32
"""So many new connections that all workers are met: that one of two is not happens once in 2^31 times."""


class Running(NamedTuple):
    """Two workers and their parent."""

    parent: subprocess.Popen[str]
    greeting: str

    @property
    def origin(self) -> str:
        """Where they serve."""
        return told(r"http://[\w.:]+", self.greeting)

    @property
    def workers(self) -> set[int]:
        """The processes that the parent has now."""
        return children(self.parent.pid)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """Stop them as an operator does; the exit code and what was told."""
        self.parent.send_signal(number)
        return self.ended()

    def ended(self) -> tuple[int, str, str]:
        """What `stop` gives, once they have been told to stop."""
        rest, complaints = self.parent.communicate(timeout=15)
        return self.parent.returncode, rest, complaints

    def ask_all(self, query: str, **variables: str) -> list[Any]:
        """What the workers know of the patient asked for; each question comes on a new connection."""
        question = {"query": query, "variables": variables}
        with httpx.Client(headers={"connection": "close"}, timeout=30) as http:
            answers = [http.post(f"{self.origin}/graphql", json=question) for _ in range(CONNECTIONS)]
        return [answer.json()["data"]["patient"] for answer in answers]

    def fetched(self, patient: str) -> set[str]:
        """When the patient was asked for, as all workers remember it."""
        return {known["source"]["fetchedAt"] for known in self.ask_all(FETCHED, id=patient)}


@contextmanager
def two_workers(*arguments: str, settings: dict[str, str] | None = None) -> Iterator[Running]:
    """Two workers on a free port; all are stopped in the end."""
    command = ("serve", "--workers", "2", "--port", "0", *arguments)
    with started(*command, environment=STRICT | (settings or {})) as (process, greeting):
        yield Running(process, greeting)


def test_two_workers_serve_one_port() -> None:
    """One greeting, whose query either worker answers; each remembers for itself; a drop reaches both."""
    with two_workers("--sandbox") as running:
        query = running.greeting[running.greeting.index("query {") : running.greeting.index("\n}") + 2]
        answers = running.ask_all(query)
        patient = told(r'id: "(\w+)"', query)
        memories = running.fetched(patient)
        workers = running.workers
        control = {"GATEWAY_CONTROL": variable(running.parent.pid, "GATEWAY_CONTROL")}
        port = running.origin.rpartition(":")[2]
        dropped = run("cache", "drop", "--patient", patient, "--port", port, environment=control)
        ended = running.stop()

    assert len(workers) == 2
    assert "2; each remembers for itself (GATEWAY_CACHE__URL lets them share)" in running.greeting
    assert answers[0]["coverages"][0]["status"] == {"code": "ACTIVE"}
    assert all(answer == answers[0] for answer in answers)
    assert len(memories) == 2
    assert dropped.stdout.endswith(" in 2 processes\n")
    assert ended == (0, "", "")
    assert not workers & alive()


def test_a_killed_worker_is_replaced() -> None:
    """Requests go on while it is missing, the new one gets its share, and one line tells it."""
    with two_workers("--sandbox") as running:
        patient = told(r'id: "(\w+)"', running.greeting)
        before = running.fetched(patient)
        first, second = running.workers
        os.kill(first, signal.SIGKILL)
        until(lambda: first not in running.workers)

        assert running.fetched(patient) & before
        until(lambda: len(running.fetched(patient) - before) == 1)
        assert len(running.workers) == 2
        assert second in running.workers
        ended = running.stop(signal.SIGINT)

    assert ended == (0, "", "insurance-gateway: a worker was killed by signal 9; another starts in 0.5 s\n")


async def test_requests_under_way_are_answered_when_it_stops() -> None:
    """After SIGTERM nobody else is let in, whoever waits gets the whole answer, and all end with code 0."""
    may_answer = asyncio.Event()

    async def hold(honest: Honest) -> ASGIApp:
        await may_answer.wait()
        return await honest()

    sandbox = simulated(20, "canvas")
    sandbox.canvas.faults.add(Fault(hold, path="/Patient/"))
    patients = [person.id for person in sandbox.population.people][:16]
    async with serving_sandbox(sandbox) as upstreams:
        with two_workers(settings=environment(upstreams)) as running:
            asking = [asyncio.create_task(asked(running.origin, patient)) for patient in patients]
            async with asyncio.timeout(20):
                while sandbox.canvas.journal.count("GET", "/Patient/*") < len(patients):
                    await asyncio.sleep(0.01)
                running.parent.send_signal(signal.SIGTERM)
                while await serves(running.origin):
                    await asyncio.sleep(0.01)
            assert len(running.workers) == 2
            may_answer.set()
            answers = await asyncio.gather(*asking)
            ended = await asyncio.to_thread(running.ended)

    assert ended == (0, "", "")
    assert [answer.status_code for answer in answers] == [200] * len(patients)
    assert [answer.json()["data"]["patient"]["id"] for answer in answers] == patients


def test_no_worker_survives_its_parent() -> None:
    """Killed as hard as can be, the parent takes its workers with it, and the port is free again."""
    with two_workers() as running:
        workers = running.workers
        assert len(workers) == 2
        running.parent.kill()
        until(lambda: not workers & alive())

        with started("serve", "--port", running.origin.rpartition(":")[2]):
            pass


async def test_workers_share_what_they_remember() -> None:
    """With a shared tier each question reaches the upstream once, whichever worker is asked."""
    sandbox = simulated(20, "canvas")
    patient = sandbox.population.people[0].id
    async with redis_server() as redis, serving_sandbox(sandbox) as upstreams:
        tier = {"GATEWAY_CACHE__URL": redis.url, "GATEWAY_CACHE__KEY": "none"}
        with two_workers(settings=environment(upstreams) | tier) as running:
            memories = await asyncio.to_thread(running.fetched, patient)

    assert "2; they share what they remember" in running.greeting
    assert len(memories) == 1
    assert sandbox.canvas.journal.count("GET", f"/Patient/{patient}") == 1


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"GATEWAY_PORT": "high"}, "GATEWAY_PORT: "),
        ({"GATEWAY_PAYERS__FILE": __file__}, "GATEWAY_PAYERS__FILE: "),
    ],
)
def test_bad_settings_are_told_once(settings: dict[str, str], line: str) -> None:
    """One line and exit code 2, however many workers were wanted."""
    ended = run("serve", "--workers", "3", environment=STRICT | settings)

    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert line in ended.stderr


def test_workers_of_others_are_not_joined() -> None:
    """A port on which workers serve is taken: for a gateway alone, and for other workers."""
    with two_workers() as running:
        port = running.origin.rpartition(":")[2]
        alone = run("serve", "--port", port, environment=STRICT)
        others = run("serve", "--port", port, "--workers", "2", environment=STRICT)

    complaint = "insurance-gateway: Address already in use; choose another with --port or GATEWAY_PORT\n"
    assert (alone.returncode, alone.stdout, alone.stderr) == (1, "", complaint)
    assert (others.returncode, others.stdout, others.stderr) == (1, "", complaint)


async def asked(origin: str, patient: str) -> httpx.Response:
    """The answer to a question about a patient, on a connection of its own."""
    question = {"query": "query($id: ID!) { patient(id: $id) { id } }", "variables": {"id": patient}}
    async with httpx.AsyncClient(timeout=30) as http:
        return await http.post(f"{origin}/graphql", json=question, headers=ASK)


async def serves(origin: str) -> bool:
    """Whether a new connection is taken."""
    host, _, port = origin.removeprefix("http://").rpartition(":")
    with suppress(OSError):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.close()
        return True
    return False


def told(pattern: str, text: str) -> str:
    """What a text says at this pattern: its group, if it has one."""
    found = re.search(pattern, text)
    assert found
    return found[found.re.groups]


def until(holds: Callable[[], Any]) -> None:
    """Wait until something holds; fail if it never does."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
