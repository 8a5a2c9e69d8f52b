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


CACHE, CLINIC = "GATEWAY_CACHE", "GATEWAY_CLINIC__URL"
A_HOST, A_TIER = "must be an https:// address", "must be memory:// or a redis:// or rediss:// address"


def _tier(*urls: str) -> list[tuple[str, str, str]]:
    return [(f"{CACHE}__URL", url, f"{CACHE}__URL: {A_TIER}") for url in urls]


def _clinic(*urls: str) -> list[tuple[str, str, str]]:
    return [(CLINIC, url, f"{CLINIC}: {A_HOST}") for url in urls]


def _no_header(name: str) -> list[tuple[str, str, str]]:
    complaint = f"{name}: must be printable ASCII without blanks around it"
    return [(name, value, complaint) for value in ("s3cret\n", "s3cret\nfoo", "s3cr\u00e9t", " s3cret")]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        *_tier(
            "redis://user:s3cret/more@host:6379/0", "redis://user:63/s3cret@host", "redis://u:63#s3cret@host"
        ),
        *_tier(
            "redis://u:63?s3cret@host",
            "redis://u:s3cret@exa\u2100mple",
            "redis://h:s3cret",
            "redis://h:99999",
        ),
        *_tier("redis://h:0", "redis://h/s3cret", "redis://h/-5", "redis://h/1/2", "redis://h/0?db=s3cret"),
        *_tier("redis://h?db=-1", "redis://h?max_connections=s3cret", "redis://h?s3cret=1", "redis://h/\n"),
        *_tier("redis://", "unix:///s3cret", "https://s3cret", "redis://h h", "redis://[s3cret"),
        *_clinic("https://user:s3cret/more@host/", "https://user:443/s3cret@host/", "https://s3cret@host/"),
        *_clinic(
            "https://h:s3cret/", "https://h:99999/", "https://h:0/", "https://s3 cret/", "https://s3%20cret/"
        ),
        *_clinic(
            "https://s3cret\x01/",
            "https://h/s3cret\n",
            "https://-_.\u00e9..s3cret/",
            "https://h/?",
            "https://h/#",
        ),
        *_clinic(
            "https://u:s3cret@exa\u2100mple/",
            "https://s3..cret/",
            "https://[s3cret/",
            f"https://{'s3cret' * 11}/",
        ),
        *_no_header("GATEWAY_CLINIC__USER_TOKEN"),
        *_no_header("GATEWAY_ELIGIBILITY__TOKEN"),
        *_no_header("GATEWAY_CANVAS__CLIENT_SECRET"),
        (CACHE, "s3cret", f"{CACHE}: it, or a variable below it, is not JSON"),
        (CACHE, '{"key":"s3cret', f"{CACHE}: it, or a variable below it, is not JSON"),
        (CACHE, "[" * 100_000, "GATEWAY_\u2026: it, or a variable below it, is not JSON"),
        (f"{CACHE}__AGES", "[1", f"{CACHE}: it, or a variable below it, is not JSON"),
        (f"{CACHE}__AGES", '{"s3cret\\nfoo": {}}', f"{CACHE}__AGES: Input should be 'patients'"),
        ("GATEWAY_CANVAS", '{"s3cret\\nfoo": 1}', "GATEWAY_CANVAS: Extra inputs are not permitted"),
        ("GATEWAY_CANVAS__s3cret\nfoo", "1", "GATEWAY_CANVAS: Extra inputs are not permitted"),
        ("GATEWAY_s3cret\nfoo", "1", "GATEWAY_\u2026: no such setting"),
    ],
)
def test_whoever_parses_a_value_does_not_quote_it(
    environment: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    """A URL, a secret or JSON that cannot be meant is one line about its variable, and no cause is shown."""
    environment.setenv(name, value)

    with pytest.raises(BadSettings) as refused:
        read_settings()

    line = str(refused.value)
    assert said in line
    assert line.isprintable()
    assert not any(part in line.lower() for part in ("s3", "s 3", "99999"))
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize(
    "url",
    [
        "https://clinic.example", "https://clinic.example:8443/a/b/", "https://h\u00e9.example", "http://[::1]:80/",
        "https://a_b.example.", "http://127.0.0.1:1", "HTTPS://CLINIC.example",
    ],
)  # fmt: skip
def test_addresses_of_upstreams(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """An origin, perhaps with a port and a path."""
    monkeypatch.setenv(CLINIC, url)
    monkeypatch.setenv("GATEWAY_CLINIC__USER_TOKEN", "token")

    assert read_settings().clinic


@pytest.mark.parametrize(
    "url",
    [
        "redis://h",
        "redis://u:p%40%2F@h:6380/3",
        "rediss://:p@[::1]/?ssl_cert_reqs=none",
        "redis://h?db=2",
        "memory://",
    ],
)
def test_addresses_of_what_is_shared(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """With user, password, port, database and options of redis-py, or none."""
    monkeypatch.setenv(f"{CACHE}__URL", url)
    monkeypatch.setenv(f"{CACHE}__KEY", "A" * 43)

    assert read_settings().cache.url.get_secret_value() == url


def test_settings_hide_their_secrets(environment: pytest.MonkeyPatch) -> None:
    """No repr tells a secret."""
    assert "s3cret-value" not in repr(read_settings())
