"""The settings of what is shared: what would leave answers open to others, or not work, is refused."""

import base64

import pytest

from app.cli import main
from app.settings import BadSettings, read_settings

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()


def read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    """Read the settings with these of the cache's."""
    for name, value in variables.items():
        monkeypatch.setenv(f"GATEWAY_CACHE__{name}", value)
    read_settings()


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("memory://", None),
        ("memory://", KEY),
        ("memory://", "none"),
        ("redis://127.0.0.1", "none"),
        ("redis://localhost:6379/3", "none"),
        ("redis://[::1]", "none"),
        ("rediss://user:word@cache.example:6380/0", "none"),
        ("redis://cache.example", KEY),
        ("redis://:word@cache.example/", f"{KEY},{KEY}"),
    ],
)
def test_what_is_shared_is_sealed_or_stays_private(
    monkeypatch: pytest.MonkeyPatch, url: str, key: str | None
) -> None:
    """A key seals; without one, only this machine or TLS will do."""
    read(monkeypatch, URL=url, **({} if key is None else {"KEY": key}))


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        ({"URL": "redis://127.0.0.1"}, "GATEWAY_CACHE: a shared __URL needs a __KEY"),
        (
            {"URL": "rediss://hush.example"},
            "GATEWAY_CACHE: a shared __URL needs a __KEY",
        ),
        ({"URL": "redis://hush.example", "KEY": "none"}, "GATEWAY_CACHE: URL must begin with rediss://"),
        ({"URL": "redis://192.0.2.1:6379/0", "KEY": "none"}, "GATEWAY_CACHE: URL must begin with rediss://"),
        ({"URL": "redis://h", "KEY": "hush"}, "GATEWAY_CACHE__KEY: must be keys of 32 bytes in base64url"),
        ({"URL": "memory://", "KEY": "hush"}, "GATEWAY_CACHE__KEY: must be keys of 32 bytes in base64url"),
        ({"URL": "redis://h", "KEY": f"{KEY},hush"}, "GATEWAY_CACHE__KEY: must be keys of 32 bytes"),
        ({"URL": "redis://h", "KEY": ""}, "GATEWAY_CACHE__KEY: must be keys of 32 bytes"),
    ]
    + [
        ({"URL": url, "KEY": KEY}, "GATEWAY_CACHE__URL: must be memory:// or a redis:// or rediss:// address")
        for url in (
            "",
            "hush",
            "redis://",
            "redis:///0",
            "http://hush.example",
            "unix:///run/hush.sock",
            "redis://h:hush",
            "redis://h:99999",
            "redis://h:0",
            "redis://[::1",
            "redis://h/hush",
            "redis://h/0/hush",
            "redis://h?decode_responses=hush",
            "redis://h/0#hush",
        )
    ],
)
def test_bad_settings_are_refused(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], line: str
) -> None:
    """One line that names the setting, and no value."""
    with pytest.raises(BadSettings) as refused:
        read(monkeypatch, **variables)

    assert str(refused.value).startswith(line)
    assert "\n" not in str(refused.value)
    assert not any(part in str(refused.value) for part in ("hush", KEY, "192.0.2.1", "99999"))


@pytest.mark.parametrize("key", [None, "none", "hush"])
def test_the_program_ends_with_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], key: str | None
) -> None:
    """It does not serve with answers open to others."""
    monkeypatch.setenv("GATEWAY_CACHE__URL", "redis://hush.example")
    if key is not None:
        monkeypatch.setenv("GATEWAY_CACHE__KEY", key)

    assert main(["serve", "--port", "0"]) == 2

    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert told.err.startswith("insurance-gateway: GATEWAY_CACHE")
    assert "hush" not in told.err


def test_secrets_are_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the server's password nor a key."""
    monkeypatch.setenv("GATEWAY_CACHE__URL", "redis://:hush@127.0.0.1")
    monkeypatch.setenv("GATEWAY_CACHE__KEY", KEY)
    settings = read_settings()

    assert "hush" not in repr(settings)
    assert KEY not in repr(settings)
