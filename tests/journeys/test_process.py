"""The program as a person runs it: started as a process, spoken to over a socket, stopped by a signal."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}


@contextmanager
def apart(environment: dict[str, str] | None) -> Iterator[dict[str, str]]:
    """The variables of a program that meets no gateway of whoever runs the tests, unless they are told."""
    with tempfile.TemporaryDirectory() as control:
        yield CLEAN | {"GATEWAY_CONTROL": control} | (environment or {})


@contextmanager
def started(
    *arguments: str, environment: dict[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program, once it has told what it serves; stopped in the end."""
    with apart(environment) as variables:
        process = subprocess.Popen(  # noqa: S603  # our own program
            [sys.executable, "-m", "app", *arguments],
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout
            greeting = ""
            while "Ctrl-C" not in greeting:
                line = process.stdout.readline()
                assert line, "it ended before it had told what it serves"
                greeting += line
            yield process, greeting
        finally:
            process.kill()
            process.communicate()


def run(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The program, run to its end."""
    with apart(environment) as variables:
        return subprocess.run(  # noqa: S603  # our own program
            [sys.executable, "-m", "app", *arguments],
            env=variables,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


def test_the_greeting_is_enough_to_begin() -> None:
    """The address and the query that it prints give a patient's coverages; stopping is clean and silent."""
    with started("serve", "--sandbox", "--port", "0") as (process, greeting):
        address = re.search(r"http://\S+/graphql", greeting)
        assert address
        query = greeting[greeting.index("query {") : greeting.index("\n}") + 2]

        answer = httpx.post(address[0], json={"query": query}).json()
        assert httpx.get(address[0], params={"query": query}).json() == answer
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=15)

    assert answer["data"]["patient"]["coverages"][0]["status"] == {"code": "ACTIVE"}
    assert "errors" not in answer
    assert (process.returncode, rest, errors) == (0, "", "")


def test_a_gateway_led_to_a_sandbox_that_runs_alone() -> None:
    """The settings that the sandbox prints are all a gateway needs."""
    with started("sandbox", "--port", "0") as (_, told):
        environment = dict(re.findall(r"export (GATEWAY_\w+)=(\S+)", told))
        with started("serve", "--port", "0", environment=environment) as (_, greeting):
            origin = re.search(r"http://[\w.:]+", greeting)
            assert origin
            assert httpx.get(f"{origin[0]}/health/ready").json() == {
                "status": "ready",
                "upstreams": dict.fromkeys(("canvas", "clinic", "eligibility"), "reachable"),
                "sharedTier": "not configured",
            }


def test_the_doctor_finds_what_works_and_what_does_not() -> None:
    """A line for each upstream, no secret in any, and an exit code that a script can use."""
    nothing = run("doctor")
    with started("sandbox", "--port", "0") as (_, told):
        environment = dict(re.findall(r"export (GATEWAY_\w+)=(\S+)", told))
        healthy = run("doctor", environment=environment)
        ill = run(
            "doctor",
            environment=environment
            | {"GATEWAY_CLINIC__USER_TOKEN": "wrong-token", "GATEWAY_ELIGIBILITY__URL": "http://127.0.0.1:9"},
        )

    assert [line.split()[:3] for line in nothing.stdout.splitlines()[1:]] == [
        [name, "-", "-"] for name in ("canvas", "clinic", "eligibility")
    ]
    assert [line.split()[:3] for line in healthy.stdout.splitlines()[1:]] == [
        [name, "yes", "yes"] for name in ("canvas", "clinic", "eligibility")
    ]
    assert [line.split()[:3] for line in ill.stdout.splitlines()[1:]] == [
        ["canvas", "yes", "yes"],
        ["clinic", "yes", "no"],
        ["eligibility", "no", "-"],
    ]
    assert (nothing.returncode, healthy.returncode, ill.returncode) == (1, 0, 1)
    secrets = [value for name, value in environment.items() if "SECRET" in name or "TOKEN" in name]
    assert not any(secret in healthy.stdout + ill.stdout + ill.stderr for secret in [*secrets, "wrong-token"])


def test_people_are_listed_for_persons_and_programs() -> None:
    """Each named case stands in the table, and its facts in the JSON."""
    table, listed = run("sandbox", "--people"), run("sandbox", "--people", "--json")

    cases = json.loads(listed.stdout)
    assert len(cases) > 15
    assert all(case["name"] in table.stdout for case in cases)
    assert "more-than-twenty-coverages" in table.stdout


def test_the_schema_is_printed() -> None:
    """The command prints the schema that is committed."""
    committed = Path(__file__).parents[2] / "schema" / "schema.graphql"

    assert run("schema").stdout == committed.read_text()


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        ({"GATEWAY_PORT": "high"}, "GATEWAY_PORT: "),
        ({"GATEWAY_HOST": "192.0.2.1"}, "GATEWAY_HOST: must be a loopback address"),
        ({"GATEWAY_CANVAS__CLIENT_SECRET": "hush"}, "GATEWAY_CANVAS__FHIR_URL: Field required"),
        ({"GATEWAY_COLOUR": "hush"}, "GATEWAY_COLOUR: no such setting"),
        ({"GATEWAY_CONTROL": "hush"}, "GATEWAY_CONTROL: must be an absolute path"),
        ({"GATEWAY_CONTROL": f"/{'hush' * 30}"}, "GATEWAY_CONTROL: must have at most"),
    ],
)
def test_bad_settings_refuse_to_start(environment: dict[str, str], line: str) -> None:
    """One clear line, exit code 2, and no value of any setting."""
    ended = run("serve", environment=environment)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1
    assert line in ended.stderr
    assert "hush" not in ended.stderr


def test_an_address_that_is_taken_is_told() -> None:
    """A second gateway on the same port ends with one line and exit code 1."""
    with started("serve", "--port", "0") as (_, greeting):
        port = re.search(r":(\d+)/graphql", greeting)
        assert port
        ended = run("serve", "--port", port[1])

    assert (ended.returncode, ended.stderr) == (
        1,
        "insurance-gateway: Address already in use; choose another with --port or GATEWAY_PORT\n",
    )
