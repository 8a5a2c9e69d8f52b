"""The HTTP client on real sockets: one request, one answer, on a connection that is nobody else's."""

import asyncio
import gc
import itertools
import socket
import threading
import tracemalloc
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
import uvloop
from hypothesis import given
from hypothesis import strategies as st

from connectors.connection import Connection
from connectors.errors import Unreachable
from connectors.http import NO_BODY, Part, Request
from connectors.transport import Transport
from connectors.upstream import Upstream
from tests.connectors.loopback import Speak, answer, speaking

LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
on_both_loops = pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
Loop = Callable[[], asyncio.AbstractEventLoop]
WHOLE = Part(10_000_000, whole=True)


def run(loop: Loop, promise: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a promise on a loop of this kind; it must hold within ten seconds."""

    async def bounded() -> None:
        async with asyncio.timeout(10):
            await promise()

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(bounded())


@asynccontextmanager
async def client(speak: Speak, *, connections: int = 4, read: float = 1.0) -> Any:
    """A function that asks a server which speaks like this for a path, and gives status and body."""
    async with speaking(speak) as url:
        transport = Transport(httpx.URL(url), connect=1.0, read=read, connections=connections)

        async def ask(path: str = "/x") -> tuple[int, bytes]:
            response = await transport.ask(Request("GET", url + path, {}), lambda *_: WHOLE)
            assert response.body is not None
            return response.status, response.body

        try:
            yield ask
        finally:
            await transport.aclose()


def saying(*said: bytes, close: bool = True) -> Speak:
    """A server that says these bytes to a request, each in a write of its own."""

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in said:
            writer.write(piece)
            await writer.drain()
        if close:
            writer.close()

    return speak


@on_both_loops
def test_a_storm_of_cancelled_calls_leaves_every_connection_free(loop: Loop) -> None:
    """However many calls are cancelled, at whatever moment, later ones are all answered."""

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.01)
        writer.write(answer(b"[1]"))

    async def promise() -> None:
        async with client(speak, connections=3) as ask:
            for patience in (0.0, 0.001, 0.005, 0.01, 0.012, 0.02) * 3:
                calls = [asyncio.ensure_future(ask()) for _ in range(20)]
                await asyncio.wait(calls, timeout=patience)
                for call in calls:
                    call.cancel()
                await asyncio.gather(*calls, return_exceptions=True)
            assert await asyncio.gather(*(ask() for _ in range(12))) == [(200, b"[1]")] * 12

    run(loop, promise)


@on_both_loops
@pytest.mark.parametrize("pause", [False, True], ids=["in one write", "a moment later"])
def test_a_second_answer_is_given_to_nobody(loop: Loop, *, pause: bool) -> None:
    """What comes after the answer to a request is not the answer to the next one."""
    asked: list[bytes] = []

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(head.split()[1])
        if asked[-1] == b"/first":
            writer.write(answer(b'"first"') + (b"" if pause else answer(b'"of another"')))
            if pause:
                await writer.drain()
                await asyncio.sleep(0.02)
                writer.write(answer(b'"of another"'))
        else:
            writer.write(answer(b'"second"'))

    async def promise() -> None:
        async with client(speak, connections=1) as ask:
            assert await ask("/first") == (200, b'"first"')
            if pause:
                await asyncio.sleep(0.1)
            assert await ask("/second") == (200, b'"second"')

    run(loop, promise)


@on_both_loops
def test_an_answer_that_came_while_the_loop_was_busy_is_given_to_nobody(loop: Loop) -> None:
    """It was there before the next request was written, though nobody had read it yet."""
    late, sent = threading.Event(), threading.Event()

    def talk(peer: socket.socket) -> None:
        with peer, suppress(ConnectionError):
            while head := peer.recv(9999):
                first = b"/first" in head
                peer.sendall(answer(b'"first"' if first else b'"second"'))
                if first:
                    late.wait(5)
                    peer.sendall(answer(b'"of another"'))
                    sent.set()

    def serve() -> None:
        with suppress(OSError):  # the server is closed
            while True:
                peer, _ = server.accept()
                threading.Thread(target=talk, args=(peer,), daemon=True).start()

    async def promise() -> None:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        transport = Transport(httpx.URL(url), connect=1.0, read=1.0, connections=1)
        first = await transport.ask(Request("GET", f"{url}/first", {}), lambda *_: WHOLE)
        late.set()
        await asyncio.sleep(0)
        sent.wait(5)  # the loop is busy
        second = await transport.ask(Request("GET", f"{url}/second", {}), lambda *_: WHOLE)
        assert (first.body, second.body) == (b'"first"', b'"second"')
        await transport.aclose()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        run(loop, promise)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
NO_ANSWERS = {
    "nothing": (b"",),
    "half a head": (b"HTTP/1.1 200 OK\r\nContent-",),
    "another protocol": (b"SSH-2.0-OpenSSH\r\n\r\n",),
    "HTTP/0.9": (b"[1]\r\n\r\n",),
    "two lengths": (HEAD + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\n[1]",),
    "length and chunks": (
        HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1]\r\n0\r\n\r\n",
    ),
    "negative length": (HEAD + b"Content-Length: -3\r\n\r\n[1]",),
    "NUL in a header": (HEAD + b"X: a\0b\r\nContent-Length: 3\r\n\r\n[1]",),
    "no colon": (HEAD + b"oh\r\nContent-Length: 3\r\n\r\n[1]",),
    "switching protocols": (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ),
    "cut body": (answer(b"[1, 2, 3]")[:-4],),
    "cut chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\n[1",),
    "no status": (b"HTTP/1.1 099 Early\r\nContent-Length: 2\r\n\r\n{}",),
    "bad chunk size": (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",),
}
ENDLESS = {
    "header line": (HEAD + b"X: ", b"x" * 50_000),
    "headers": (HEAD, b"X: y\r\n" * 5000),
    "reason": (b"HTTP/1.1 200 ", b"O" * 50_000),
    "interim answers": (b"HTTP/1.1 103 Early Hints\r\n\r\n" * 2000,),
    "chunk extension": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;x=", b"x" * 50_000),
    "trailers": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n" * 10_000),
}


@on_both_loops
@pytest.mark.parametrize("said", NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_what_is_no_whole_answer_is_an_error(loop: Loop, said: tuple[bytes, ...]) -> None:
    """Bytes that are not the whole answer are told as an exception that says nothing of them."""

    async def promise() -> None:
        async with client(saying(*said)) as ask:
            with pytest.raises(httpx.TransportError) as raised:
                await ask("/5f0c2e7a9b1d4c3e")
            assert raised.value.__cause__ is None
            assert raised.value.__context__ is None
            assert "5f0c2e7a9b1d4c3e" not in str(raised.value)

    run(loop, promise)


@on_both_loops
@pytest.mark.parametrize("said", ENDLESS.values(), ids=ENDLESS)
def test_an_answer_without_end_is_cut(loop: Loop, said: tuple[bytes, ...]) -> None:
    """Whatever is sent around a body is bounded: the peer that does not stop is hung up on."""
    hung_up = asyncio.Event()

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *_ = said
        writer.write(first)
        try:
            while not writer.is_closing():
                writer.write(said[-1])
                await writer.drain()
        finally:
            hung_up.set()

    async def promise() -> None:
        async with client(speak, read=5.0) as ask:
            with pytest.raises(httpx.RemoteProtocolError):
                await ask()
            await hung_up.wait()

    run(loop, promise)


@on_both_loops
def test_interim_answers_are_passed_over(loop: Loop) -> None:
    """1xx answers come before the answer, and are none."""
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"

    async def promise() -> None:
        async with client(saying(hints + answer(b"[1]"), close=False)) as ask:
            assert await ask() == (200, b"[1]")
            assert await ask() == (200, b"[1]")

    run(loop, promise)


@on_both_loops
def test_the_end_of_the_connection_may_end_a_body(loop: Loop) -> None:
    """An answer without a length is all that comes until the connection is closed (RFC 9112, 6.3)."""

    async def promise() -> None:
        async with client(saying(HEAD + b"\r\n[1,", b" 2]")) as ask:
            assert await ask() == (200, b"[1, 2]")

    run(loop, promise)


@on_both_loops
def test_a_connection_that_is_to_be_closed_is_not_used_again(loop: Loop) -> None:
    """`Connection: close` and HTTP/1.0 are heeded, though the peer leaves the connection open."""
    peers: list[object] = []

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peers.append(writer.get_extra_info("peername"))
        last = b"/close" in head
        writer.write(answer(b"[1]", b"Connection: close") if last else answer(b"[1]"))

    async def promise() -> None:
        async with client(speak) as ask:
            for path in ("/keep", "/close", "/keep"):
                assert await ask(path) == (200, b"[1]")
        assert peers[0] == peers[1] != peers[2]

    run(loop, promise)


@on_both_loops
def test_a_connection_without_use_is_closed(loop: Loop) -> None:
    """By us, once its time is over, also when nobody asks for anything any more."""

    async def promise() -> None:
        closed = asyncio.Event()

        async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(answer(b"[1]"))
            assert await reader.read() == b""
            closed.set()

        async with speaking(speak) as url:
            transport = Transport(httpx.URL(url), connect=1.0, read=1.0, connections=1, idle=0.01)
            response = await transport.ask(Request("GET", url, {}), lambda *_: WHOLE)
            assert response.body == b"[1]"
            await closed.wait()
            await transport.aclose()

    run(loop, promise)


@on_both_loops
@pytest.mark.parametrize(
    ("part", "heard"),
    [(Part(100_000, whole=True), True), (Part(100_000, whole=False), True), (NO_BODY, False)],
    ids=["whole", "beginning", "head"],
)
def test_no_more_is_read_than_is_wanted(loop: Loop, part: Part, *, heard: bool) -> None:
    """Of an endless body there is a little more than is wanted, and then the peer is hung up on."""
    hung_up = asyncio.Event()

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"\r\n")
        try:
            while not writer.is_closing():
                writer.write(b"x" * 10_000)
                await writer.drain()
        finally:
            hung_up.set()

    async def promise() -> None:
        async with speaking(speak) as url:
            transport = Transport(httpx.URL(url), connect=1.0, read=1.0, connections=1)
            response = await transport.ask(Request("GET", url, {}), lambda *_: part)
            assert (response.body is not None) is heard
            assert response.body is None or 100_000 < len(response.body) < 1_000_000
            await hung_up.wait()
            await transport.aclose()

    run(loop, promise)


@on_both_loops
@pytest.mark.parametrize("part", [Part(100, whole=False), NO_BODY], ids=["beginning", "head"])
def test_a_status_stands_where_the_whole_is_not_wanted(loop: Loop, part: Part) -> None:
    """Though the body breaks off, which is then told as none."""

    async def promise() -> None:
        async with speaking(saying(answer(b"x" * 50, status=b"422 No")[:-10])) as url:
            transport = Transport(httpx.URL(url), connect=1.0, read=1.0, connections=1)
            response = await transport.ask(Request("GET", url, {}), lambda *_: part)
            assert (response.status, response.body) == (422, None)
            await transport.aclose()

    run(loop, promise)


@on_both_loops
def test_what_our_own_closing_cuts_is_not_whole(loop: Loop) -> None:
    """Only the peer can end a body with the connection; and who is cut off does not begin anew."""
    asked: list[bytes] = []

    async def promise() -> None:
        begun = asyncio.Event()

        async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked.append(head)
            writer.write(HEAD + b"\r\n1234")
            await writer.drain()
            begun.set()
            await reader.read()

        async with speaking(speak) as url:
            transport = Transport(httpx.URL(url), connect=1.0, read=1.0, connections=1)
            asking = asyncio.ensure_future(transport.ask(Request("GET", url, {}), lambda *_: WHOLE))
            await begun.wait()
            await asyncio.sleep(0.01)
            await transport.aclose()
            with pytest.raises(httpx.RemoteProtocolError):
                await asking
            with pytest.raises(httpx.PoolTimeout):
                await transport.ask(Request("GET", url, {}), lambda *_: WHOLE)
        assert len(asked) == 1

    run(loop, promise)


@on_both_loops
def test_a_refused_connection_leaves_nothing_to_the_collector(loop: Loop) -> None:
    """The request that was not sent, with its ids and credentials, goes with its failure."""

    async def promise() -> None:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            upstream = Upstream("canvas", f"http://127.0.0.1:{nobody.getsockname()[1]}")
            gc.disable()
            try:
                with pytest.raises(Unreachable):
                    await upstream.get("5f0c2e7a9b1d4c3e")
                assert not [one for one in gc.get_objects() if isinstance(one, httpx.ConnectError)]
            finally:
                gc.enable()

    gc.collect()
    run(loop, promise)


@on_both_loops
def test_a_body_in_tiny_pieces_takes_no_more_memory_than_a_whole_one(loop: Loop) -> None:
    """Chunks of one byte are kept as so many bytes, not as so many objects."""
    pieces = 200_000

    async def promise() -> None:
        said = HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * pieces + b"0\r\n\r\n"
        async with speaking(saying(said, close=False)) as url:
            transport = Transport(httpx.URL(url), connect=1.0, read=5.0, connections=1)
            tracemalloc.start()
            response = await transport.ask(Request("GET", url, {}), lambda *_: WHOLE)
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert response.body == b"x" * pieces
            assert most < 2 * len(said)
            await transport.aclose()

    run(loop, promise)


class Wire(asyncio.Transport):
    """The transport of a connection in a test's hand."""

    def __init__(self, socket: socket.socket) -> None:
        super().__init__({"socket": socket})
        self.aborted = False

    def write(self, data: Any) -> None:
        """Nobody listens."""

    def is_closing(self) -> bool:
        """Whether it was aborted."""
        return self.aborted

    def abort(self) -> None:
        """The end."""
        self.aborted = True


@pytest.mark.parametrize("cut", [False, True])
async def test_a_connection_serves_again_once_all_has_come(*, cut: bool) -> None:
    """Also what nobody wanted. A connection on which more is to come would give it to the next who asks."""
    ours, theirs = socket.socketpair()
    wire, connection = Wire(ours), Connection(read=5.0)
    connection.connection_made(wire)
    response = connection.ask(b"", lambda *_: NO_BODY)
    connection.data_received(answer(b"x" * 10, status=b"500 Oh")[: -1 if cut else None])

    assert (await response).status == 500
    assert connection.usable is not cut
    assert wire.aborted is cut
    connection.connection_lost(None)
    ours.close()
    theirs.close()


@given(
    body=st.binary(max_size=300),
    chunked=st.booleans(),
    cuts=st.lists(st.integers(0, 600), max_size=6),
)
def test_an_answer_is_the_same_in_whatever_pieces_it_comes(
    *, body: bytes, chunked: bool, cuts: list[int]
) -> None:
    """Where the network cuts an answer changes nothing of it."""
    wire = answer(body)
    if chunked:
        parts = [body[at : at + 7] for at in range(0, len(body), 7)]
        told = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
        wire = HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + told + b"0\r\n\r\n"
    places = sorted({min(cut, len(wire)) for cut in cuts} | {0, len(wire)})
    pieces = [wire[begin:end] for begin, end in itertools.pairwise(places)]

    async def promise() -> None:
        async with client(saying(*pieces, close=False)) as ask:
            assert await ask() == (200, body)

    run(asyncio.new_event_loop, promise)


FRAGMENTS = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 C\r\n\r\n", b"HTTP/1.0 404 No\r\n", b"Content-Length: 3\r\n",
        b"Content-Length: 0\r\n", b"Transfer-Encoding: chunked\r\n", b"Connection: close\r\n", b"\r\n",
        b"3\r\n[1]\r\n", b"0\r\n\r\n", b"[1]", b"X: y\r\n", b"\0", b"HTTP/",
    ]
)  # fmt: skip


@given(said=st.lists(FRAGMENTS | st.binary(max_size=10), max_size=8))
def test_whatever_is_said_a_call_ends_and_the_next_one_is_its_own(said: list[bytes]) -> None:
    """Any bytes are an answer or an error, soon; and the call after them has its own answer."""

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if b"/odd" in head:
            writer.write(b"".join(said))
            writer.close()
        else:
            writer.write(answer(b'"mine"'))

    async def promise() -> None:
        async with client(speak, connections=1) as ask:
            await _ends(ask("/odd"))
            assert await ask("/next") == (200, b'"mine"')

    run(asyncio.new_event_loop, promise)


async def _ends(call: Awaitable[object]) -> None:
    try:
        await call
    except httpx.TransportError:
        return
