"""What a gateway's connections have beyond uvicorn's, on real sockets."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from starlette.types import Receive, Scope, Send

from app import connection, server
from app.server import serving
from tests.app.graphql.small_graph import Gateway

QUESTION = b'{"query": "{ hello }"}'
POST = (
    b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
    % len(QUESTION)
)
ANSWER = b'{"data":{"hello":"hello you"}}'


class Told:
    """An app that answers nobody, and notes whom it was told to have left."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.left: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait until the client leaves."""
        if scope["type"] != "http":
            return
        self.begun.append(scope["path"])
        while (await receive())["type"] != "http.disconnect":
            pass
        self.left.append(scope["path"])


@asynccontextmanager
async def connected(origin: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection of a client's."""
    host, port = origin.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        async with asyncio.timeout(5):
            yield reader, writer
    finally:
        writer.close()


async def said(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The status line and the body of the next answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    return head.partition(b"\r\n")[0], await reader.readexactly(int(length.partition(b":")[2]))


@pytest.mark.parametrize("protocol", [b"h2c", b"websocket"])
@pytest.mark.parametrize("pieces", ["whole", "apart"])
async def test_who_asks_to_change_the_protocol_is_answered_in_this_one(protocol: bytes, pieces: str) -> None:
    """Once, with the body that was sent, and then asks on: as curl and Java ask who would speak HTTP/2."""
    change = b"Connection: keep-alive, Upgrade, HTTP2-Settings\r\nUpgrade: " + protocol
    head = POST + change + b"\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"
    async with (
        serving(Gateway().endpoint, "127.0.0.1", 0) as origin,
        connected(origin) as (reader, writer),
    ):
        for _ in range(2):
            for piece in [head + QUESTION] if pieces == "whole" else [head[:50], head[50:], QUESTION]:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.01)
            assert await said(reader) == (b"HTTP/1.1 200 OK", ANSWER)


async def test_a_body_is_no_request() -> None:
    """Not even one that looks like one, behind a head that asks to change the protocol."""
    hidden = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
    head = (
        b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: %d\r\n\r\n" % len(hidden)
    )
    async with (
        serving(Gateway().endpoint, "127.0.0.1", 0) as origin,
        connected(origin) as (reader, writer),
    ):
        writer.write(head)
        await asyncio.sleep(0.01)
        writer.write(hidden)
        refused, _ = await said(reader)
        writer.write(POST + b"\r\n" + QUESTION)
        assert (refused, await said(reader)) == (b"HTTP/1.1 400 Bad Request", (b"HTTP/1.1 200 OK", ANSWER))


async def test_many_changes_at_once_are_no_way_to_keep_the_gateway_busy() -> None:
    """A few are answered, each in its turn; behind these the connection is closed."""
    change = b"GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n"
    async with (
        serving(Gateway().endpoint, "127.0.0.1", 0) as origin,
        connected(origin) as (reader, writer),
    ):
        writer.write(3 * change)
        assert [(await said(reader))[0] for _ in range(3)] == [b"HTTP/1.1 400 Bad Request"] * 3
        writer.write(5000 * change)
        with suppress(ConnectionError):
            await reader.read()


@pytest.mark.parametrize(
    "rubbish", [b"CONNECT localhost:1 HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00", b"\r\n x"]
)
async def test_rubbish_is_refused_in_silence(rubbish: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """With a status, and without a line that anybody could fill the operator's log with."""
    async with (
        serving(Gateway().endpoint, "127.0.0.1", 0) as origin,
        connected(origin) as (reader, writer),
    ):
        writer.write(rubbish)
        assert (await reader.read()).startswith(b"HTTP/1.1 400 ")

    assert not caplog.records


async def test_who_leaves_is_missed_whatever_they_asked() -> None:
    """Also who asked for several things at once: the one under way is told, and no other begins."""
    told = Told()
    async with serving(told, "127.0.0.1", 0) as origin:
        async with connected(origin) as (_, writer):
            for path in (b"/a", b"/b", b"/c"):
                writer.write(b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
                await writer.drain()
                await asyncio.sleep(0.01)
        async with asyncio.timeout(5):
            while not told.left:
                await asyncio.sleep(0.001)

    assert (told.begun, told.left) == (["/a"], ["/a"])


@pytest.mark.parametrize("begun", [b"", b"GET /gra", b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /"])
async def test_a_head_has_its_time(monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    """Of the first request, and of any other: then the connection is closed."""
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.05)
    async with (
        serving(Gateway().endpoint, "127.0.0.1", 0) as origin,
        connected(origin) as (reader, writer),
    ):
        writer.write(begun)
        rest = await reader.read()

    assert rest.count(b"HTTP/1.1 ") == begun.count(b"\r\n\r\n")


async def test_who_asks_when_the_gateway_stops_is_told_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What is not whole when the time is over is answered that the gateway stops, without a traceback."""
    monkeypatch.setattr(server, "GRACE", 0.05)
    caplog.set_level(logging.WARNING)
    async with serving(Gateway().endpoint, "127.0.0.1", 0) as origin:
        host, port = origin.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(POST + b"\r\n" + QUESTION[:5])
        await writer.drain()
        await asyncio.sleep(0.05)
    status, body = await said(reader)
    writer.close()

    assert status == b"HTTP/1.1 503 Service Unavailable"
    assert b'"code":"STOPPING"' in body
    assert [record.message for record in caplog.records if "Exception" in record.message] == []
