"""A client's HTTP/1.1 connection: ask, or leave in the middle of asking."""

import asyncio
import re

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_END = b"\r\n\r\n"
MOST_SECONDS = 45.0
"""Longer than any operation may take."""


class Line:
    """A connection to a port of this machine, made anew when it was closed. Raises OSError, EOFError."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer."""
        async with asyncio.timeout(MOST_SECONDS):
            reader = await self._send(request)
            head = await reader.readuntil(_END)
            length = _LENGTH.search(head)
            body = await reader.readexactly(int(length[1]) if length else 0)
        return int(head.split(b" ", 2)[1]), body

    async def leave(self, request: bytes, seconds: float) -> None:
        """Ask, and be gone after so many seconds without having listened."""
        await self._send(request)
        await asyncio.sleep(seconds)
        self.close()

    def close(self) -> None:
        """Be gone."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    async def _send(self, request: bytes) -> asyncio.StreamReader:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(request)
        return self._reader
