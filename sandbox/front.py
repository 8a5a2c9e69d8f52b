"""What stands in front of a simulated upstream: the journal, the latency and the faults."""

import asyncio
from urllib.parse import parse_qsl

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.faults import Faults
from sandbox.journal import Call, Journal


class Front:
    """An ASGI app before another one. `latency` seconds pass before any answer."""

    def __init__(self, app: ASGIApp, journal: Journal, faults: Faults, latency: float = 0) -> None:
        self._app = app
        self._journal = journal
        self._faults = faults
        self._latency = latency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or have the inner app do the lifespan."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with self._journal.answering(_call(scope)):
            await asyncio.sleep(self._latency)
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        act = self._faults.find(scope["method"], scope["path"])
        app = await act(lambda: _whole(self._app, scope, receive)) if act else self._app
        await app(scope, receive, send)


def _call(scope: Scope) -> Call:
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return Call(scope["method"], scope["path"], tuple(sorted(query)))


async def _whole(app: ASGIApp, scope: Scope, receive: Receive) -> Response:
    """The app's answer, in one piece."""
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    body = b"".join(message.get("body", b"") for message in messages)
    response = Response(body, messages[0]["status"])
    response.raw_headers = list(messages[0]["headers"])
    return response
