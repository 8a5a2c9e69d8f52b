"""The parent of several workers, with small programs in their place."""

import json
import os
import sys
from pathlib import Path

import httpx
import pytest

from app import workers
from app.cli import main
from app.embedded import Upstreams
from app.settings import ClinicSettings, Settings
from app.workers import NotStarted, working
from tests.journeys.conftest import until

SERVE = "print('serving', flush=True)"
WAIT = "import sys; sys.stdin.read()"
ANYWHERE = Settings(port=0)


def program(*lines: str) -> tuple[str, ...]:
    """A worker that does this."""
    return sys.executable, "-I", "-S", "-c", "\n".join(lines)


@pytest.mark.parametrize(("ended", "code"), [(0, 1), (1, 1), (2, 2), (3, 1)])
async def test_a_worker_that_cannot_start_ends_them_all(ended: int, code: int) -> None:
    """The program ends with the code of a worker, if it is one of ours, and is no success."""
    with pytest.raises(NotStarted, match=f"a worker ended with code {ended} before it served") as told:
        async with working(ANYWHERE, {}, 2, program(f"raise SystemExit({ended})")):
            pass

    assert told.value.code == code


async def test_a_program_that_is_missing_is_told() -> None:
    """A machine that starts no more processes ends the program as a worker that fails does."""
    with pytest.raises(NotStarted) as told:
        async with working(ANYWHERE, {}, 2, ["/nowhere/python"]):
            pass

    assert told.value.code == 1


async def test_others_end_when_one_cannot_start(tmp_path: Path) -> None:
    """No worker is left when the start fails."""
    first = tmp_path / "first"
    only_the_first = program(
        "import os, sys",
        f"try: file = open({str(first)!r}, 'x')",
        "except FileExistsError: sys.exit(1)",
        "print(os.getpid(), file=file, flush=True)",
        SERVE,
        WAIT,
    )
    with pytest.raises(NotStarted):
        async with working(ANYWHERE, {}, 2, only_the_first):
            pass

    with pytest.raises(ProcessLookupError):
        os.kill(int(first.read_text()), 0)


async def test_pauses_grow_and_are_bounded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A worker that dies again and again is started less and less often, and each time it is told."""
    monkeypatch.setattr(workers, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(workers, "LONGEST_PAUSE", 0.04)

    assert await pauses(4, capsys) == ["0.01", "0.02", "0.04", "0.04"]


async def test_after_a_long_life_a_death_is_the_first_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Deaths far apart have nothing to do with one another."""
    monkeypatch.setattr(workers, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(workers, "STEADY", 0.0)

    assert await pauses(3, capsys) == ["0.01", "0.01", "0.01"]


async def pauses(count: int, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The first pauses that are told of a worker that ends as soon as it serves."""
    said = ""

    def enough() -> bool:
        nonlocal said
        said += capsys.readouterr().err
        return said.count("\n") >= count

    async with working(ANYWHERE, {}, 1, program(SERVE, "raise SystemExit(7)")):
        await until(enough)
    lines = said.splitlines()[:count]
    assert all(line.startswith("insurance-gateway: a worker ended with code 7; ") for line in lines)
    return [line.split()[-2] for line in lines]


async def test_a_worker_that_does_not_stop_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The end comes when the time for it is over."""
    monkeypatch.setattr(workers, "PATIENCE", 0.1)
    noted = tmp_path / "pid"
    stubborn = program(
        "import os, pathlib, signal, time",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
        f"pathlib.Path({str(noted)!r}).write_text(str(os.getpid()))",
        SERVE,
        "time.sleep(600)",
    )
    async with working(ANYWHERE, {}, 1, stubborn):
        pid = int(noted.read_text())

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_what_is_given_stands_in_place_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Workers have our settings, however they came; the environment's rest, and not its other upstreams."""
    settings = Settings(port=0, explain=True, host="localhost")
    for name, value in {"gateway_port": "1", "GATEWAY_CLINIC__TIMEOUT": "3", "GATEWAY_TIMEOUT": "7"}.items():
        monkeypatch.setenv(name, value)
    noted = tmp_path / "settings"
    clinic = ClinicSettings.model_validate({"url": "http://127.0.0.1:9", "user_token": "hush"})
    telling = program(
        "import json, os, pathlib",
        f"pathlib.Path({str(noted)!r}).write_text(json.dumps(dict(os.environ)))",
        SERVE,
    )
    async with working(settings, Upstreams(clinic=clinic), 1, telling) as origin:
        known = json.loads(noted.read_text())

    ours = {name: value for name, value in known.items() if name.upper().startswith("GATEWAY_")}
    assert ours == {
        "GATEWAY_HOST": "localhost",
        "GATEWAY_PORT": origin.rpartition(":")[2],
        "GATEWAY_EXPLAIN": "True",
        "GATEWAY_CLINIC__URL": "http://127.0.0.1:9",
        "GATEWAY_CLINIC__USER_TOKEN": "hush",
        "GATEWAY_TIMEOUT": "7",
    }


async def test_workers_run_the_parents_modules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A directory named as ours where the program is started is no part of it."""
    tmp_path.joinpath("app").mkdir()
    tmp_path.joinpath("app", "__init__.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)

    async with working(ANYWHERE, {}, 1) as origin, httpx.AsyncClient(base_url=origin) as http:
        assert (await http.get("/health/live")).status_code == 200


@pytest.mark.parametrize("count", ["0", "-1", "many", ""])
def test_the_number_of_workers_is_a_number(count: str, capsys: pytest.CaptureFixture[str]) -> None:
    """From one on; anything else is no command."""
    with pytest.raises(SystemExit) as ended:
        main(["serve", f"--workers={count}"])

    assert ended.value.code == 2
    assert "--workers: must be a number, 1 or more" in capsys.readouterr().err
