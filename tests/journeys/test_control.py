"""`insurance-gateway cache drop`, as an operator runs it beside a gateway that serves."""

import asyncio
import re
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from app.embedded import Sandbox, serving_sandbox
from app.greeting import environment
from tests.journeys.conftest import ASK, sandbox_in
from tests.journeys.test_process import run, started
from tests.journeys.test_summary import QUESTION, paths

HISTORY = "/apis/eligibility/v2/insurance/eligibility/search"
DEPENDENTS, PLANS = (f"/v1/clinic/insurances/{name}" for name in ("dependents", "plans"))


@pytest.fixture
def control() -> Iterator[Path]:
    """A directory for control sockets; its path is short enough."""
    with tempfile.TemporaryDirectory() as directory:
        yield Path(directory)


class Running(NamedTuple):
    """A gateway in a process of its own, over a sandbox in this one."""

    sandbox: Sandbox
    http: httpx.AsyncClient
    process: subprocess.Popen[str]
    port: str
    control: Path

    async def asked(self, case: str) -> tuple[Any, Counter[str]]:
        """What is answered of the first patient of a case, and the calls that it cost."""
        for upstream in (self.sandbox.canvas, self.sandbox.clinic, self.sandbox.eligibility):
            upstream.journal.clear()
        question = {"query": QUESTION, "variables": {"id": self.id_of(case)}}
        body = (await self.http.post("/graphql", json=question, headers=ASK)).json()
        assert "errors" not in body
        return body["data"]["patient"], paths(self.sandbox)

    async def drop(self, *what: str) -> tuple[int, str, str]:
        """The exit code of `cache drop`, its output, its complaints."""
        told = {"GATEWAY_CONTROL": str(self.control), "GATEWAY_PORT": self.port}
        ended = await asyncio.to_thread(run, "cache", "drop", *what, environment=told)
        return ended.returncode, ended.stdout, ended.stderr

    def id_of(self, case: str) -> str:
        """The id of the first patient of a case."""
        return self.sandbox.population.case(case).patient_ids[0]


@asynccontextmanager
async def gateway(control: Path) -> AsyncIterator[Running]:
    """A running gateway that can be told."""
    sandbox = sandbox_in("canvas")
    async with serving_sandbox(sandbox) as upstreams:
        settings = environment(upstreams) | {"GATEWAY_CONTROL": str(control)}
        with started("serve", "--port", "0", environment=settings) as (process, greeting):
            origin = re.search(r"http://127.0.0.1:(\d+)", greeting)
            assert origin
            async with httpx.AsyncClient(base_url=origin[0], timeout=30) as http:
                yield Running(sandbox, http, process, origin[1], control)


async def test_what_is_dropped_is_asked_anew(control: Path) -> None:
    """A patient's answers and no other's; then the plans alone; each time the same is answered."""
    async with gateway(control) as running:
        first, cold = await running.asked("two-payors")
        await running.asked("ordinary")
        assert cold
        assert await running.asked("two-payors") == (first, {})

        patient = running.id_of("two-payors")
        assert await running.drop("--patient", patient) == (0, "dropped 5 answers in 1 process\n", "")
        assert (await running.asked("ordinary"))[1] == {}
        again, calls = await running.asked("two-payors")
        assert again == first
        assert calls == {f"/Patient/{patient}": 1, "/Coverage": 1, HISTORY: 2, DEPENDENTS: 1}

        assert await running.drop("--kind", "plans") == (0, "dropped 1 answer in 1 process\n", "")
        assert await running.asked("two-payors") == (first, {PLANS: 1})


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
async def test_where_no_gateway_serves_it_is_told(control: Path, end: signal.Signals) -> None:
    """However the gateway ended: one line, exit code 1, and nothing is left of its socket."""
    async with gateway(control) as running:
        (socket,) = _inside(control)
        assert re.fullmatch(rf"{running.port}-\d+\.sock", socket)
        running.process.send_signal(end)
        _, complaints = await asyncio.to_thread(running.process.communicate)
        assert _inside(control) == ([socket] if end == signal.SIGKILL else [])

        told = await running.drop("--kind", "plans")

    complaint = f"insurance-gateway: no gateway of this user serves port {running.port}\n"
    assert (told, complaints) == ((1, "", complaint), "")
    assert _inside(control) == []


def test_a_directory_that_others_can_enter_refuses_to_start(control: Path) -> None:
    """One clear line and exit code 2, of the gateway and of who would tell it."""
    control.chmod(0o755)
    for command in (("serve", "--port", "0"), ("cache", "drop", "--patient", "p")):
        ended = run(*command, environment={"GATEWAY_CONTROL": str(control)})

        line = "GATEWAY_CONTROL: the directory must be open to its owner only (chmod 700)"
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr == f"insurance-gateway: {line}\n"


@pytest.mark.parametrize(
    "what",
    [(), ("--patient", "p", "--kind", "plans"), ("--kind", "everything"), ("--patient", "no id")],
)
def test_exactly_one_thing_is_dropped(what: tuple[str, ...]) -> None:
    """Anything else is no command: exit code 2, and nobody is told."""
    assert run("cache", "drop", *what).returncode == 2


def _inside(directory: Path) -> list[str]:
    return [one.name for one in directory.iterdir()]
