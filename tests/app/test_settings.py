"""Settings: read once, checked at start."""

from pathlib import Path

import pytest

from app.settings import BadSettings, known_payers, read_settings

CANVAS = {
    "GATEWAY_CANVAS__FHIR_URL": "https://fumage-acme.canvasmedical.com",
    "GATEWAY_CANVAS__TOKEN_URL": "https://acme.canvasmedical.com/auth/token/",
    "GATEWAY_CANVAS__CLIENT_ID": "client",
    "GATEWAY_CANVAS__CLIENT_SECRET": "s3cret-value",
}


ELIGIBILITY = {"GATEWAY_ELIGIBILITY__URL": "https://provider.example"}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A Canvas configured in the environment."""
    for name, value in CANVAS.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_configured_canvas(environment: pytest.MonkeyPatch) -> None:
    """The environment's names are the documented ones."""
    settings = read_settings()

    assert settings.canvas is not None
    assert settings.canvas.client_secret.get_secret_value() == "s3cret-value"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)


def test_an_eligibility_service_with_a_token(environment: pytest.MonkeyPatch) -> None:
    """A token alone is enough, and the zone of its instants is UTC unless it is told."""
    environment.setenv("GATEWAY_ELIGIBILITY__URL", "https://provider.example")
    environment.setenv("GATEWAY_ELIGIBILITY__TOKEN", "bearer")
    settings = read_settings()

    assert settings.eligibility is not None
    assert settings.eligibility.timezone.key == "UTC"


def test_a_payers_file_that_cannot_be_read_refuses_to_start(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The line names the setting and what the file should be, and quotes nothing of it."""
    file = tmp_path / "payers.json"
    file.write_text('{"hush": 1}')
    environment.setenv("GATEWAY_PAYERS__FILE", str(file))

    with pytest.raises(BadSettings, match=r"^GATEWAY_PAYERS__FILE: must be a JSON array"):
        known_payers(read_settings())


def test_nothing_set_is_a_gateway_without_upstreams() -> None:
    """An upstream without settings is absent, not an error."""
    assert read_settings().canvas is None


def test_the_command_line_comes_first(environment: pytest.MonkeyPatch) -> None:
    """What is given wins over the environment; what is not given does not."""
    settings = read_settings(port=9000, host=None)

    assert (settings.port, settings.host) == (9000, "127.0.0.1")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"GATEWAY_CANVAS__FHIR_URL": "http://fumage-acme.canvasmedical.com"},
            "GATEWAY_CANVAS__FHIR_URL: must begin with https://",
        ),
        ({"GATEWAY_CANVAS__FHIR_URL": "ftp://x"}, "GATEWAY_CANVAS__FHIR_URL: must be an https:// address"),
        (
            {"GATEWAY_CANVAS__TOKEN_URL": "https://u:p@host/"},
            "GATEWAY_CANVAS__TOKEN_URL: must be an https:// address",
        ),
        ({"GATEWAY_CANVAS__CLIENT_SECRET": ""}, "GATEWAY_CANVAS__CLIENT_SECRET: "),
        ({"GATEWAY_CANVAS__CLIENT_ID": None}, "GATEWAY_CANVAS__CLIENT_ID: Field required"),
        ({"GATEWAY_CANVAS__CLIENT_SEKRET": "x"}, "GATEWAY_CANVAS__CLIENT_SEKRET: "),
        ({"GATEWAY_CANVAS__TIMEOUT": "soon"}, "GATEWAY_CANVAS__TIMEOUT: "),
        ({"GATEWAY_CANVS__FHIR_URL": "https://x"}, "GATEWAY_CANVS__FHIR_URL: no such setting"),
        ({"GATEWAY_CLINIC__URL": "https://clinic.example"}, "GATEWAY_CLINIC__USER_TOKEN: Field required"),
        (ELIGIBILITY, "GATEWAY_ELIGIBILITY: needs TOKEN_URL, CLIENT_ID and CLIENT_SECRET, or TOKEN alone"),
        (ELIGIBILITY | {"GATEWAY_ELIGIBILITY__CLIENT_ID": "c"}, "GATEWAY_ELIGIBILITY: needs TOKEN_URL"),
        (
            ELIGIBILITY | {"GATEWAY_ELIGIBILITY__TOKEN": "t", "GATEWAY_ELIGIBILITY__CLIENT_ID": "c"},
            "GATEWAY_ELIGIBILITY: needs TOKEN_URL",
        ),
        (
            ELIGIBILITY
            | {"GATEWAY_ELIGIBILITY__TOKEN": "t", "GATEWAY_ELIGIBILITY__TIMEZONE": "Mars/Olympus"},
            "GATEWAY_ELIGIBILITY__TIMEZONE: must be a time zone",
        ),
        ({"GATEWAY_PAYERS__FILE": "/none.json"}, "GATEWAY_PAYERS__FILE: "),
        ({"GATEWAY_IDENTITY__CLINIC_SYSTEM": ""}, "GATEWAY_IDENTITY__CLINIC_SYSTEM: "),
        ({"GATEWAY_HOST": "0.0.0.0"}, "GATEWAY_HOST: must be a loopback address"),
        ({"GATEWAY_PORT": "70000"}, "GATEWAY_PORT: "),
    ],
)
def test_bad_settings_are_one_line_without_values(
    environment: pytest.MonkeyPatch, changed: dict[str, str | None], said: str
) -> None:
    """The line names the variable and what is wrong; no value of any variable is in it."""
    for name, value in changed.items():
        environment.delenv(name, raising=False)
        if value is not None:
            environment.setenv(name, value)

    with pytest.raises(BadSettings) as refused:
        read_settings()

    line = str(refused.value)
    assert said in line
    assert "\n" not in line
    assert "s3cret-value" not in line


def test_settings_hide_their_secrets(environment: pytest.MonkeyPatch) -> None:
    """No repr tells a secret."""
    assert "s3cret-value" not in repr(read_settings())
