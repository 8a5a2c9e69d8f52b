"""The command line's side: it tells every process that serves a port, and sums up."""

import socket
from pathlib import Path

from app.control.order import LONGEST, NO_ANSWER, PATIENCE, Order, read_answer
from app.control.place import SUPPORTED, check, directory_of, socket_paths


class Untold(Exception):
    """Not every gateway that serves the port did what it was told, or there is none. One line."""


def tell(given: Path | None, port: int, order: Order, *, patience: float = PATIENCE) -> str:
    """What came of an order, as a line, given the operator's directory, if any.

    Raises:
        Untold: it was not done, or not everywhere.
        BadSettings: the directory may be somebody else's.
    """
    paths = _paths(directory_of(given), port) if SUPPORTED else []
    answers = [one for path in paths if (one := _told(path, order, patience)) is not None]
    if not answers:
        raise Untold(f"no gateway of this user serves port {port}")
    dropped = [one for one in answers if isinstance(one, int)]
    done = f"dropped {_counted(sum(dropped), 'answer')} in {_counted(len(dropped), 'process', 'processes')}"
    objections = sorted({one for one in answers if isinstance(one, str)})
    if objections:
        others = _counted(len(answers) - len(dropped), "process", "processes")
        raise Untold(f"{done}; {others} did not: {', '.join(objections)}")
    return done


def _paths(directory: Path, port: int) -> list[Path]:
    try:
        check(directory)
    except FileNotFoundError:
        return []
    return socket_paths(directory, port)


def _told(path: Path, order: Order, patience: float) -> int | str | None:
    """A process's answer. None where none listens any more: what it left behind is removed."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(patience)
        try:
            line.connect(str(path))
            line.sendall(order.line)
            with line.makefile("rb") as answers:
                return read_answer(answers.readline(LONGEST))
        except (ConnectionRefusedError, FileNotFoundError):
            path.unlink(missing_ok=True)
            return None
        except OSError:
            return NO_ANSWER


def _counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
