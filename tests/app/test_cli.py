"""The command line, as far as it refuses."""

import pytest

from app.cli import main


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--json"], "--json goes with --people"),
        (["--port", "65533"], "--port must be 0 to 65532: it and the next three are served"),
        (["--port", "-1"], "--port must be 0 to 65532: it and the next three are served"),
    ],
)
def test_a_sandbox_that_cannot_be_served_is_refused(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    """One line and exit code 2, before anything is served."""
    assert main(["sandbox", *arguments]) == 2
    assert capsys.readouterr() == ("", f"insurance-gateway: {said}\n")


@pytest.mark.parametrize("number", ["-3", "many", "\u0663", "1.5", ""])
def test_a_population_is_a_number_of_people(capsys: pytest.CaptureFixture[str], number: str) -> None:
    """Anything else is no command: exit code 2."""
    with pytest.raises(SystemExit) as ended:
        main(["sandbox", "--people", f"--population={number}"])

    assert ended.value.code == 2
    assert "must be a number, 0 or more" in capsys.readouterr().err


def test_a_bad_setting_is_one_line_on_stderr(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2; nothing of the value stands there."""
    monkeypatch.setenv("GATEWAY_CACHE__URL", "redis://user:Tops3cret/more@host:6379/0")

    assert main(["policies"]) == 2
    said, complaint = capsys.readouterr()
    assert (said, complaint.count("\n")) == ("", 1)
    assert complaint.startswith("insurance-gateway: GATEWAY_CACHE__URL: must be memory:// or a redis://")
    assert "Tops3cret" not in complaint
