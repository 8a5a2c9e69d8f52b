"""The front door of the gateway: who may come in, and the short way to the graph."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

_THIS_MACHINE = re.compile(rb"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{0,5})?", re.IGNORECASE)
_REFUSED = PlainTextResponse("Invalid host header", status_code=400)


class Front(Starlette):
    """Starlette's routes, for requests to this machine by one of its own names.

    A page elsewhere must not reach the gateway under a name of its own (DNS rebinding). What is asked for at
    one of the `hot` paths goes straight to its route's app, past Starlette's layers: they take as long as a
    tenth of a warm answer, and find nothing to do, as these apps answer their own failures.
    """

    def __init__(
        self,
        routes: Sequence[Route],
        lifespan: Callable[[Starlette], AbstractAsyncContextManager[Mapping[str, Any]]],
        hot: Collection[str],
    ) -> None:
        super().__init__(routes=routes, lifespan=lifespan)
        self._hot: dict[str, ASGIApp] = {route.path: route.app for route in routes if route.path in hot}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the lifespan."""
        if scope["type"] == "lifespan":
            await super().__call__(scope, receive, send)
        elif not _is_to_this_machine(scope):
            await _REFUSED(scope, receive, send)
        else:
            hot = self._hot.get(scope["path"])
            await (hot or super().__call__)(scope, receive, send)


def _is_to_this_machine(scope: Scope) -> bool:
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return len(hosts) == 1 and _THIS_MACHINE.fullmatch(hosts[0].strip(b" \t")) is not None
