"""The running gateway's side: it carries out the orders that come through its socket."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias, cast

from app.control.order import LONGEST, PATIENCE, BadOrder, Order, as_line, read_order
from app.control.place import listening
from schema.errors import masked

Obey: TypeAlias = Callable[[Order], int]
"""Carries out an order; tells how many answers were dropped."""


@asynccontextmanager
async def controlled(path: Path, obey: Obey, *, patience: float = PATIENCE) -> AsyncIterator[None]:
    """Carry out orders while the block runs. Raises BadSettings when there can be no socket at this path."""
    present: set[Visit] = set()
    with listening(path) as sock:
        server = await asyncio.get_running_loop().create_unix_server(
            lambda: Visit(obey, patience, present), sock=sock
        )
        try:
            yield
        finally:
            server.close()
            for visit in tuple(present):
                visit.leave()


class Visit(asyncio.Protocol):
    """One connection: an order, its answer, the end. It lasts `patience` seconds at most.

    Nothing is awaited and little is kept, so that nobody can hold up more than their own connection.
    """

    def __init__(self, obey: Obey, patience: float, present: "set[Visit]") -> None:
        self._obey = obey
        self._patience = patience
        self._present = present
        self._told = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the order."""
        self._transport = cast(asyncio.Transport, transport)
        self._present.add(self)
        late = f"no order came within {self._patience:g} seconds"
        self._end = asyncio.get_running_loop().call_later(self._patience, self._refuse, late)

    def data_received(self, data: bytes) -> None:
        """Take a piece of the order; what follows it is not read."""
        self._told += data
        line, end, _ = self._told.partition(b"\n")
        if len(line) >= LONGEST:
            self._refuse(f"an order has at most {LONGEST} bytes")
        elif end:
            self._carry_out(line)

    def eof_received(self) -> bool:
        """Who says no more has told no whole order."""
        self._refuse("an order is one line of JSON")
        return True  # the answer is still to be sent; it is followed by the end

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._end.cancel()
        self._present.discard(self)

    def leave(self) -> None:
        """End it without an answer."""
        self._transport.abort()

    def _carry_out(self, line: bytes) -> None:
        try:
            self._answer({"dropped": self._obey(read_order(line))})
        except BadOrder as error:
            self._refuse(str(error))
        except Exception as error:  # noqa: BLE001  # who waits is told, and the log without any value
            masked(error, ["(control)"])
            self._refuse("the order failed")

    def _refuse(self, sentence: str) -> None:
        self._answer({"error": sentence})

    def _answer(self, told: object) -> None:
        if not self._transport.is_closing():
            self._transport.write(as_line(told))
            self._transport.close()
