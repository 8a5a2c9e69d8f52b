"""Who takes orders at a control socket, and who gives them."""

import asyncio
import json
from pathlib import Path

from app.control.client import tell
from app.control.order import Order
from connectors.cache import Kind

PORT = 8000
PLANS = Order(kind=Kind.PLANS)


class Desk:
    """Takes every order, and says that it dropped so many answers."""

    def __init__(self, dropped: int = 3) -> None:
        self.orders: list[Order] = []
        self._dropped = dropped

    def drop(self, order: Order) -> int:
        """Note it."""
        self.orders.append(order)
        return self._dropped


def inside(directory: Path) -> list[Path]:
    """What is in a directory."""
    return list(directory.iterdir())


async def said(path: Path, *pieces: bytes, end: bool = False) -> bytes:
    """Everything that is answered until the connection ends."""
    reader, writer = await asyncio.open_unix_connection(path)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
    if end:
        writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


def error(answer: bytes) -> str:
    """The sentence of an answer that is nothing but one."""
    line, _, rest = answer.partition(b"\n")
    (told,) = json.loads(line).items()
    assert (told[0], rest) == ("error", b"")
    return str(told[1])


async def told(directory: Path, port: int = PORT, order: Order = PLANS, *, patience: float = 5.0) -> str:
    """What the command line makes of an order."""
    return await asyncio.to_thread(tell, directory, port, order, patience=patience)
