"""Where the control sockets of running gateways are: in a directory that only this user can enter."""

import os
import socket
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.settings import PREFIX, BadSettings

SUPPORTED = hasattr(socket, "AF_UNIX")
"""Whether this platform has Unix sockets. Without them a gateway serves, and cannot be told anything."""

OWN = 0o700
LONGEST_PATH = 107 if sys.platform == "linux" else 103
LONGEST_NAME = "/65535-4194304.sock"


def directory_of(given: Path | None) -> Path:
    """The operator's directory, else this user's own. Raises BadSettings when a socket's path has no room."""
    directory = _usual() if given is None else given
    most = LONGEST_PATH - len(LONGEST_NAME)
    if len(os.fsencode(directory)) > most:
        raise _bad(f"must have at most {most} bytes: a socket's path is no longer")
    return directory


def prepared(given: Path | None) -> Path | None:
    """The directory, made unless it is there, and checked. None without Unix sockets. Raises BadSettings."""
    if not SUPPORTED:
        return None
    directory = directory_of(given)
    try:
        directory.mkdir(OWN)
    except FileExistsError:
        pass
    except OSError as error:
        raise _bad(f"the directory cannot be made ({error.strerror})") from None
    check(directory)
    return directory


def check(directory: Path) -> None:
    """Raise BadSettings unless only this user can enter it: what is told there is personal data."""
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise _bad("must be a directory, and no symbolic link to one")
    if found.st_uid != os.getuid():
        raise _bad("the directory must belong to the user who serves")
    if stat.S_IMODE(found.st_mode) & 0o777 != OWN:
        raise _bad("the directory must be open to its owner only (chmod 700)")


def socket_path(directory: Path, port: int, pid: int) -> Path:
    """The socket of the process that serves this port: several may."""
    return directory / f"{port}-{pid}.sock"


def socket_paths(directory: Path, port: int) -> list[Path]:
    """The sockets of all processes that serve this port, or did."""
    return sorted(directory.glob(f"{port}-*.sock"))


@contextmanager
def listening(path: Path) -> Iterator[socket.socket]:
    """A socket at this path while the block runs: when it appears there, it listens. Raises BadSettings."""
    with _bound(path) as one:
        try:
            yield one
        finally:
            path.unlink(missing_ok=True)


def _bound(path: Path) -> socket.socket:
    one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    unready = path.with_suffix(".wait")
    try:
        unready.unlink(missing_ok=True)
        one.bind(str(unready))
        unready.chmod(0o600)
        one.listen()
        unready.replace(path)
    except OSError as error:
        one.close()
        raise _bad(f"no socket can be made there ({error.strerror})") from None
    return one


def _usual() -> Path:
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    if runtime.is_absolute():
        return runtime / "insurance-gateway"
    try:
        return Path(tempfile.gettempdir()) / f"insurance-gateway-{os.getuid()}"
    except OSError:
        raise _bad("must be set: there is no temporary directory") from None


def _bad(sentence: str) -> BadSettings:
    return BadSettings(f"{PREFIX}CONTROL: {sentence}")
