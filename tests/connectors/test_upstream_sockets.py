"""What only a real connection shows: deadlines, closing, reuse."""

import asyncio
import time
from contextlib import aclosing
from itertools import pairwise

import pytest

from connectors.errors import BadResponse, Failed, TimedOut, Unreachable
from connectors.retry import Backoff
from connectors.upstream import Limits, Upstream
from tests.connectors.loopback import answer, speaking

CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
UNHURRIED = Backoff(random=lambda: 0.0)


async def test_a_trickling_body_is_cut_at_the_deadline() -> None:
    """A body of one byte each 20 ms passes every read deadline, and still ends with the call's own."""

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED)
        while True:
            writer.write(b"1\r\n \r\n")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with speaking(speak) as url, aclosing(Upstream("canvas", url, limits=Limits(total=0.2))) as api:
        began = time.monotonic()
        with pytest.raises(TimedOut):
            await api.get("Coverage")
        assert 0.19 < time.monotonic() - began < 1


async def test_a_silent_upstream_is_given_up_after_the_read_deadline() -> None:
    """An upstream that accepts and says nothing costs one read deadline, not three."""
    heads = []

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        await asyncio.sleep(60)

    limits = Limits(read=0.05, total=5)
    async with speaking(speak) as url, aclosing(Upstream("canvas", url, limits=limits)) as api:
        with pytest.raises(TimedOut):
            await api.get("Coverage")
    assert len(heads) == 1


async def test_nobody_listening_is_unreachable() -> None:
    """A refused connection is told as such."""

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with speaking(speak) as url:
        pass
    async with aclosing(Upstream("canvas", url, backoff=UNHURRIED)) as api:
        with pytest.raises(Unreachable):
            await api.get("Coverage")


@pytest.mark.parametrize(
    "said",
    [b"", b"HTTP/1.1 200 OK\r\nContent-", b"SSH-2.0-OpenSSH\r\n", CHUNKED + b"5\r\n{", CHUNKED + b"zz\r\n"],
)
async def test_an_answer_that_breaks_off_is_unreachable(said: bytes) -> None:
    """Whatever is said before the connection ends, without a whole answer there is none; three tries."""
    heads = []

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        writer.write(said)
        writer.close()

    async with speaking(speak) as url, aclosing(Upstream("canvas", url, backoff=UNHURRIED)) as api:
        with pytest.raises(Unreachable):
            await api.get("Coverage")
    assert len(heads) == 3


async def test_cancelling_a_call_closes_its_connection() -> None:
    """The upstream notices at once that nobody waits any more."""
    asked, left = asyncio.Event(), asyncio.Event()

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED)
        asked.set()
        assert await reader.read() == b""
        left.set()
        writer.close()

    async with speaking(speak) as url, aclosing(Upstream("canvas", url)) as api:
        call = asyncio.create_task(api.get("Coverage"))
        await asked.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        async with asyncio.timeout(1):
            await left.wait()


@pytest.mark.parametrize(
    "said",
    [
        CHUNKED + b"1000\r\n" + b" " * 0x1000,
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n",
        b"HTTP/1.1 500 Oh\r\nContent-Length: 9\r\n\r\n",
    ],
    ids=["too large", "no JSON", "failed"],
)
async def test_stopping_early_closes_the_connection(said: bytes) -> None:
    """An answer that is not read to its end takes its connection with it, and the next call has a new one."""
    left = asyncio.Event()

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said if b"/bad" in head else answer(b"{}"))
        if b"/bad" in head:
            await reader.read()
            left.set()
            writer.close()

    limits = Limits(most_bytes=100, connections=1)
    async with speaking(speak) as url, aclosing(Upstream("canvas", url, limits=limits)) as api:
        with pytest.raises((BadResponse, Failed)):
            await api.get("bad")
        async with asyncio.timeout(1):
            await left.wait()
        assert await api.get("good") is not None


async def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests go where the upstream is configured to be, whatever the environment says."""

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(b"{}"))

    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    async with speaking(speak) as url, aclosing(Upstream("canvas", url, backoff=UNHURRIED)) as api:
        assert await api.get("Coverage") is not None


async def test_one_connection_serves_many_calls() -> None:
    """Connections are kept, also after an answer that something is not there."""
    peers = []

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peers.append(writer.get_extra_info("peername"))
        writer.write(answer(b"{}", status=b"404 Not Found" if b"/missing" in head else b"200 OK"))

    async with speaking(speak) as url, aclosing(Upstream("canvas", url)) as api:
        assert await api.get("there") is not None
        assert await api.get("missing") is None
        assert await api.get("there") is not None
    assert all(one == next_one for one, next_one in pairwise(peers))


async def test_a_kept_connection_that_the_peer_closes_is_replaced_unseen() -> None:
    """A connection that ends just as it is used again costs one more request, and nobody notices."""
    heads = []

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        if len(heads) == 2:
            writer.close()
        else:
            writer.write(answer(b"{}"))

    never = Backoff(base=60)
    async with speaking(speak) as url, aclosing(Upstream("canvas", url, backoff=never)) as api:
        assert await api.get("Coverage") is not None
        assert await api.get("Coverage") is not None
    assert len(heads) == 3


async def test_calls_beyond_the_pool_wait_no_longer_than_the_connect_deadline() -> None:
    """When every connection is taken, the next call is told so instead of queueing without bound."""

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    limits = Limits(connect=0.05, total=0.3, connections=1)
    async with speaking(speak) as url, aclosing(Upstream("canvas", url, limits=limits)) as api:
        outcomes = await asyncio.gather(api.get("a"), api.get("b"), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [TimedOut, Unreachable]


async def test_an_upstream_is_made_without_a_running_loop() -> None:
    """Building an upstream opens nothing: the composition root may do it before the loop runs."""
    api = await asyncio.to_thread(Upstream, "canvas", "http://127.0.0.1:9")
    await api.aclose()


@pytest.mark.parametrize(
    ("said", "usable"),
    [
        ([CHUNKED + b"2\r\n{}\r\n0\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"], True),
        ([CHUNKED + b"2\r\n{}\r\n0\r\n", b"Content-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"], True),
        (
            [
                CHUNKED.replace(b"Content-Type", b"X")
                + b"2\r\n{}\r\n0\r\nContent-Type: application/json\r\n\r\n"
            ],
            False,
        ),
        ([answer(b"{}", b"Content-Type: application/json")], True),
        ([answer(b"{}", b"Content-Type: text/html")], False),
    ],
    ids=["trailers", "trailers apart", "trailers only", "said twice", "two types"],
)
async def test_only_the_head_tells_the_type(said: list[bytes], *, usable: bool) -> None:
    """What comes behind the body tells nothing, however it comes; the same type twice is one."""

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in said:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)

    async with speaking(speak) as url, aclosing(Upstream("canvas", url)) as api:
        if usable:
            reply = await api.get("Coverage")
            assert reply
            assert reply.body == b"{}"
        else:
            with pytest.raises(BadResponse):
                await api.get("Coverage")
