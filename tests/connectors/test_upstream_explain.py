"""What an upstream means by a rejection is read from its body, and only there."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from connectors.errors import RateLimited, Refused, Rejected, UpstreamError
from connectors.retry import Backoff
from connectors.upstream import Limits, Upstream
from tests.connectors.over_httpx import OverHttpx


async def no_sleep(seconds: float) -> None:
    """No time passes."""


class Told:
    """An explanation that remembers what it was told."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.bodies: list[bytes] = []

    def __call__(self, status: int, body: bytes) -> type[UpstreamError]:
        """Any rejection means that the credentials are refused."""
        self.statuses.append(status)
        self.bodies.append(body)
        return Refused


def answering(told: Told, status: int, **content: Any) -> Upstream:
    """An upstream with one answer to everything."""
    client = OverHttpx(httpx.MockTransport(lambda _: httpx.Response(status, **content)))
    backoff = Backoff(sleep=no_sleep)
    return Upstream("clinic", "https://x.example", client=client, explain=told, backoff=backoff)


@pytest.mark.parametrize("status", [400, 405, 409, 412, 418, 422])
async def test_a_rejection_is_explained(status: int) -> None:
    """A 4xx without a meaning of its own means what the explanation says; it sees status and body."""
    told = Told()
    with pytest.raises(Refused) as raised:
        await answering(told, status, content=b'{"errors": "no"}').get("x")
    assert raised.value.system == "clinic"
    assert (told.statuses, told.bodies) == ([status], [b'{"errors": "no"}'])


@pytest.mark.parametrize(
    ("status", "error"), [(301, None), (401, Refused), (403, Refused), (429, RateLimited), (500, None)]
)
async def test_other_statuses_explain_themselves(status: int, error: type[UpstreamError] | None) -> None:
    """Where the status says it all, the explanation is not asked."""
    told = Told()
    with pytest.raises(error or UpstreamError):
        await answering(told, status, content=b'{"errors": "no"}').get("x")
    assert told.statuses == []


@pytest.mark.parametrize("status", [404, 410])
async def test_not_there_needs_no_explanation(status: int) -> None:
    """What is not there is None, whatever its body says."""
    told = Told()
    assert await answering(told, status, json={"errors": "no"}).get("x") is None
    assert told.statuses == []


async def test_only_the_beginning_is_read() -> None:
    """Of an endless reason, 10 kB are read."""
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 3000
            yield b" " * 3000

    told = Told()
    with pytest.raises(Refused):
        await answering(told, 422, content=endless()).get("x")
    assert [len(body) for body in told.bodies] == [10_000]
    assert read == 12_000


async def test_a_reason_that_breaks_off_is_none() -> None:
    """When the body breaks, the status is explained without it, and nothing is asked again."""

    async def broken() -> AsyncIterator[bytes]:
        yield b'{"errors": '
        raise httpx.ReadError("5f0c2e7a9b1d4c3e")

    told = Told()
    with pytest.raises(Refused) as raised:
        await answering(told, 422, content=broken()).get("x")
    assert told.bodies == [b""]
    assert raised.value.__context__ is None


async def test_an_encoded_reason_is_none() -> None:
    """What was encoded unasked is not decoded: little of it may stand for much."""

    async def body() -> AsyncIterator[bytes]:
        yield b"\x1f\x8b"

    told = Told()
    with pytest.raises(Refused):
        await answering(told, 422, content=body(), headers={"content-encoding": "gzip"}).get("x")
    assert told.bodies == [b""]


async def test_without_an_explanation_nothing_is_read() -> None:
    """An upstream that explains nothing rejects at once, without reading why."""

    async def unread() -> AsyncIterator[bytes]:
        raise AssertionError
        yield b""

    client = OverHttpx(httpx.MockTransport(lambda _: httpx.Response(422, content=unread())))
    with pytest.raises(Rejected):
        await Upstream("clinic", "https://x.example", client=client, limits=Limits(tries=1)).get("x")
