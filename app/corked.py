"""The head and the body of an answer as one packet, as TCP_CORK has it: one system call in place of two."""

import asyncio
from typing import Any


class Corked:
    """A transport on which what is written first in a tick waits for what is written next, or for its end."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held: bytes | None = None

    def write(self, data: bytes) -> None:
        """Write in this tick, in order."""
        if self._held is None:
            self._held = data
            self._loop.call_soon(self._let_go)
        else:
            held, self._held = self._held, None
            self._transport.writelines([held, data])

    def close(self) -> None:
        """Close when all is written."""
        self._let_go()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        """Whatever else a transport does."""
        return getattr(self._transport, name)

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None and not self._transport.is_closing():  # else nobody is there to hear it
            self._transport.write(held)
