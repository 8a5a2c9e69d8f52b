"""What can go wrong with the connection of an answer: late, slow, endless, closed, reset."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.faults import MEGABYTE, Act, Honest


def slow(seconds: float) -> Act:
    """The honest answer, late; none at all to a client that has left by then."""
    return _late(lambda: asyncio.sleep(seconds))


def held(gate: asyncio.Event, act: Act | None = None) -> Act:
    """The honest answer, or what another act makes of it, once the gate is open; none to who has left."""
    return _late(gate.wait, act)


def trickle(seconds: float) -> Act:
    """The honest answer, one byte at a time with a pause after each."""

    async def act(honest: Honest) -> ASGIApp:
        response = await honest()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await send(_start(response.status_code, response.raw_headers))
            gone = asyncio.ensure_future(_gone(receive))
            try:
                for byte in bytes(response.body):
                    if gone.done():
                        return
                    await send(_part(bytes([byte])))
                    await asyncio.sleep(seconds)
                await send(_part(b"", more=False))
            finally:
                gone.cancel()

        return app

    return act


def oversized(megabytes: int) -> Act:
    """The honest answer and megabytes of blanks, streamed without a length: valid JSON, too big."""

    async def act(honest: Honest) -> ASGIApp:
        response = await honest()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            headers = [header for header in response.raw_headers if header[0] != b"content-length"]
            await send(_start(response.status_code, headers))
            await send(_part(bytes(response.body)))
            for _ in range(megabytes):
                await send(_part(MEGABYTE))
            await send(_part(b"", more=False))

        return app

    return act


def hang_up() -> Act:
    """The connection is closed without an answer."""

    async def act(honest: Honest) -> ASGIApp:
        return _hang_up

    return act


def reset() -> Act:
    """The connection is reset (TCP RST) without an answer."""

    async def act(honest: Honest) -> ASGIApp:
        return _reset

    return act


def cut_off() -> Act:
    """The connection is closed in the middle of the honest answer's body."""

    async def act(honest: Honest) -> ASGIApp:
        response = await honest()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await send(_start(response.status_code, response.raw_headers))
            await send(_part(bytes(response.body[: len(response.body) // 2])))
            await asyncio.sleep(0.01)  # lets the half that was sent leave before the connection goes
            await _hang_up(scope, receive, send)

        return app

    return act


def _late(wait: Callable[[], Awaitable[object]], then: Act | None = None) -> Act:
    async def act(honest: Honest) -> ASGIApp:
        answer = await then(honest) if then else await honest()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            if await _stays(receive, wait()):
                await answer(scope, receive, send)

        return app

    return act


async def _stays(receive: Receive, wait: Awaitable[object]) -> bool:
    """Whether the client is still there when the wait is over."""
    leaving, waiting = asyncio.ensure_future(_gone(receive)), asyncio.ensure_future(wait)
    try:
        await asyncio.wait((leaving, waiting), return_when=asyncio.FIRST_COMPLETED)
        return not leaving.done()
    finally:
        leaving.cancel()
        waiting.cancel()


async def _hang_up(scope: Scope, receive: Receive, send: Send) -> None:
    _transport(send).abort()
    await _gone(receive)


async def _reset(scope: Scope, receive: Receive, send: Send) -> None:
    transport = _transport(send)
    # Lingering for no time makes the kernel send RST in place of FIN.
    transport.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
    )
    await _hang_up(scope, receive, send)


def _transport(send: Send) -> asyncio.Transport:
    """What uvicorn answers on. ASGI has no word for it; without one the break is an exception."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError
    return cast(asyncio.Transport, transport)  # uvloop's is none by inheritance


async def _gone(receive: Receive) -> None:
    """Wait until the connection is known to be gone: a server that did not know would answer in our place."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _start(code: int, headers: list[tuple[bytes, bytes]]) -> Message:
    return {"type": "http.response.start", "status": code, "headers": headers}


def _part(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}
