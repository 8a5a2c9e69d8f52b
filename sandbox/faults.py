"""What can go wrong with an answer. A fault is a small function around the honest one."""

import gzip
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import ASGIApp

Honest = Callable[[], Awaitable[Response]]
Act = Callable[[Honest], Awaitable[ASGIApp]]

MEGABYTE = b" " * 1_000_000


@dataclass
class Fault:
    """An act for requests whose path begins with `path`, so many `times` (None: until cleared)."""

    act: Act
    path: str = "/"
    method: str | None = None
    times: int | None = None

    def takes(self, method: str, path: str) -> bool:
        """Whether this request is to be spoilt; a request taken is counted."""
        if self.times == 0 or self.method not in (None, method) or not path.startswith(self.path):
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Faults:
    """The faults of one simulated system, tried in the order in which they were added."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """From now on this goes wrong too."""
        self._faults.append(fault)

    def clear(self) -> None:
        """From now on nothing goes wrong."""
        self._faults.clear()

    def find(self, method: str, path: str) -> Act | None:
        """What is to go wrong with this request."""
        return next((fault.act for fault in self._faults if fault.takes(method, path)), None)


def status(code: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Act:
    """Another status instead of the honest answer, such as 429 with `{"Retry-After": "2"}`, or 503."""

    async def act(honest: Honest) -> ASGIApp:
        return Response(body, code, headers)

    return act


def redirect(location: str) -> Act:
    """A redirect, wherever it leads."""
    return status(307, {"Location": location})


def html_page(code: int = 200) -> Act:
    """The page of a proxy or a login in place of JSON."""
    page = b"<!doctype html><title>Sorry</title><h1>We are working on it</h1>"
    return status(code, {"Content-Type": "text/html; charset=utf-8"}, page)


def nested(depth: int = 100_000) -> Act:
    """JSON so deep that a recursive parser falls over."""
    return edit(lambda _body: b'{"a":' * depth + b"1" + b"}" * depth)


def truncated() -> Act:
    """A complete HTTP answer whose JSON stops in the middle."""
    return edit(lambda body: body[: len(body) // 2])


def edit(change: Callable[[bytes], bytes]) -> Act:
    """The honest answer with another body."""

    async def act(honest: Honest) -> ASGIApp:
        response = await honest()
        return Response(change(bytes(response.body)), response.status_code, _headers(response))

    return act


def edit_json(change: Callable[[dict[str, object]], object]) -> Act:
    """The honest answer with its JSON object changed into something else."""
    return edit(lambda body: json.dumps(change(json.loads(body))).encode())


def gzipped(more_megabytes: int = 0) -> Act:
    """The honest answer compressed, accepted or not; with many megabytes of blanks it is a bomb."""

    async def act(honest: Honest) -> ASGIApp:
        response = await honest()
        body = gzip.compress(bytes(response.body) + MEGABYTE * more_megabytes, mtime=0)
        return Response(body, response.status_code, {**_headers(response), "Content-Encoding": "gzip"})

    return act


def _headers(response: Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "content-length"}
