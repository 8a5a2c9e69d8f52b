"""Where control sockets are: nobody else can reach them."""

import os
import stat
import tempfile
from pathlib import Path
from typing import Any

import pytest

from app.control import client, place
from app.control.client import Untold, tell
from app.control.place import directory_of, prepared, socket_path
from app.control.server import controlled
from app.settings import BadSettings
from tests.app.control.desk import PLANS, PORT, Desk, inside


async def test_only_this_user_can_reach_it(own: Path) -> None:
    """The directory is made for its owner alone, and so is the socket."""
    directory = prepared(own / "new")
    assert directory
    path = socket_path(directory, PORT, 1)
    async with controlled(path, Desk().drop):
        modes = [stat.S_IMODE(one.lstat().st_mode) for one in (directory, path)]

    assert modes == [0o700, 0o600]
    assert prepared(directory) == directory


def _open_to_all(own: Path) -> Path:
    own.chmod(0o755)
    return own


def _a_file(own: Path) -> Path:
    (own / "file").touch(0o700)
    return own / "file"


def _a_link(own: Path) -> Path:
    (own / "real").mkdir(0o700)
    (own / "link").symlink_to(own / "real")
    return own / "link"


def _a_link_to_nothing(own: Path) -> Path:
    (own / "link").symlink_to(own / "nothing")
    return own / "link"


@pytest.mark.parametrize(
    ("made", "complaint"),
    [
        (_open_to_all, "the directory must be open to its owner only (chmod 700)"),
        (_a_file, "must be a directory, and no symbolic link to one"),
        (_a_link, "must be a directory, and no symbolic link to one"),
        (_a_link_to_nothing, "must be a directory, and no symbolic link to one"),
        (lambda own: own / "no" / "parent", "the directory cannot be made (No such file or directory)"),
        (lambda own: own / ("x" * 88), "must have at most 88 bytes: a socket's path is no longer"),
    ],
)
def test_a_directory_that_will_not_do_refuses_to_start(own: Path, made: Any, complaint: str) -> None:
    """One line that names the setting and not its value."""
    with pytest.raises(BadSettings) as refused:
        prepared(made(own))

    assert str(refused.value) == f"GATEWAY_CONTROL: {complaint}"


def test_another_users_directory_will_not_do(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither to serve in, nor to tell a patient's id to whoever listens there."""
    another = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: another)

    for use in (lambda: prepared(own), lambda: tell(own, PORT, PLANS)):
        with pytest.raises(BadSettings, match=r"^GATEWAY_CONTROL: the directory must belong to the user"):
            use()


def test_the_longest_directory_has_room_for_the_longest_name(own: Path) -> None:
    """What is not too long works."""
    directory = prepared(own / ("x" * (88 - len(os.fsencode(own)) - 1)))
    assert directory

    with place.listening(socket_path(directory, 65535, 4_194_304)) as sock:
        assert sock.getsockname()


async def test_a_socket_that_cannot_be_made_is_told(own: Path) -> None:
    """It does not pass for an address that is taken."""
    with pytest.raises(BadSettings, match=r"^GATEWAY_CONTROL: no socket can be made there \(No such file"):
        async with controlled(socket_path(own / "gone", PORT, 1), Desk().drop):
            raise AssertionError


@pytest.mark.parametrize(
    ("runtime", "expected"),
    [
        ("/run/user/7", "/run/user/7/insurance-gateway"),
        ("user/7", f"{tempfile.gettempdir()}/insurance-gateway-{os.getuid()}"),
        (None, f"{tempfile.gettempdir()}/insurance-gateway-{os.getuid()}"),
    ],
)
def test_without_a_setting_it_is_this_users_own(
    monkeypatch: pytest.MonkeyPatch, runtime: str | None, expected: str
) -> None:
    """In the session's runtime directory, where there is one, else among the temporary ones."""
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    if runtime:
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)

    assert directory_of(None) == Path(expected)


def test_a_platform_without_unix_sockets_serves_all_the_same(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is made or asked for there, and nobody can be told."""
    for module in (place, client):
        monkeypatch.setattr(module, "SUPPORTED", False)

    assert prepared(own / "none") is None
    assert not inside(own)
    with pytest.raises(Untold):
        tell(own, PORT, PLANS)
