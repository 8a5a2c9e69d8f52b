import asyncio
import gc
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from graphql import ExecutionResult
from starlette.requests import ClientDisconnect

from app.graphql.execution import execute
from app.graphql.operation import Operations
from app.graphql.pending import settle
from tests.app.graphql.small_graph import Context, Gateway, graph, serving


@asynccontextmanager
async def nothing_left() -> AsyncIterator[None]:
    """Fails when a task stays behind for longer than a tick, or when asyncio complains of anything."""
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, complaint: complaints.append(complaint))
    before = asyncio.all_tasks()
    yield
    await asyncio.sleep(0)
    gc.collect()
    assert before >= asyncio.all_tasks()
    assert not complaints


def connected() -> asyncio.Future[None]:
    """A client that stays."""
    return asyncio.get_running_loop().create_future()


def gone() -> asyncio.Future[None]:
    """A client that has left."""
    left = connected()
    left.set_result(None)
    return left


async def test_what_comes_in_time() -> None:
    """Work that ends in time gives its result, and its client is not watched any more."""
    async with nothing_left():
        assert await settle(asyncio.sleep(0, "done"), connected(), deadline=5, expire=pytest.fail) == "done"


async def test_expired_work_may_still_answer() -> None:
    """At the deadline what waits is told; what that comes to is the answer."""
    work: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with nothing_left():
        answer = await settle(work, connected(), deadline=0, expire=lambda: work.set_result("partial"))
    assert answer == "partial"


async def test_the_hard_stop() -> None:
    """Work that does not heed the deadline is cancelled."""
    work: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with nothing_left():
        with pytest.raises(TimeoutError):
            await settle(work, connected(), deadline=0, expire=lambda: None, last_call=0)
    assert work.cancelled()


async def test_work_that_fails_while_cancelled() -> None:
    """What work still raises when nobody asks any more is not complained of."""

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError

    async with nothing_left():
        with pytest.raises(ClientDisconnect):
            await settle(work(), gone(), deadline=5, expire=pytest.fail)


async def test_a_client_that_leaves() -> None:
    """Work for a client that has left is cancelled."""
    work: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with nothing_left():
        with pytest.raises(ClientDisconnect):
            await settle(work, gone(), deadline=5, expire=pytest.fail)
    assert work.cancelled()


async def test_a_client_that_leaves_at_the_last_call() -> None:
    """It has left, once, and its request's task can go on to something else."""
    left = connected()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            left.set_result(None)  # while it is being cancelled
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    async with nothing_left():
        with pytest.raises(ClientDisconnect):
            await settle(work(), left, deadline=0, expire=lambda: None, last_call=0)
    task = asyncio.current_task()
    assert task
    assert not task.cancelling()


@pytest.mark.parametrize("ticks", range(12))
async def test_nobody_complains_of_a_client_that_leaves(ticks: int) -> None:
    """Whenever it does: what graphql-core has not begun by then is no coroutine that was never awaited."""
    schema, context = graph(), Context()

    left = connected()

    async def leave() -> None:
        for _ in range(ticks):
            await asyncio.sleep(0)
        left.set_result(None)

    work = execute(
        schema, Operations(schema).prepare("{ many { more { more { slow } slow } } }", None), None, context
    )
    assert not isinstance(work, ExecutionResult)
    async with nothing_left():
        leaving = asyncio.ensure_future(leave())
        with pytest.raises(ClientDisconnect):
            await settle(work, left, deadline=5, expire=pytest.fail)
        await leaving
        context.close()


@pytest.mark.parametrize("ticks", range(12))
@pytest.mark.parametrize("later", range(4))
async def test_nobody_complains_of_a_server_that_stops(ticks: int, later: int) -> None:
    """Also in the moment in which the client leaves: what was executing ends by itself."""
    schema, context, left = graph(), Context(), connected()
    work = execute(
        schema, Operations(schema).prepare("{ many { more { more { slow } slow } } }", None), None, context
    )
    assert not isinstance(work, ExecutionResult)
    async with nothing_left(), asyncio.timeout(5):
        settling = asyncio.ensure_future(settle(work, left, deadline=5, expire=pytest.fail))
        await asyncio.sleep(0)
        for _ in range(ticks):
            await asyncio.sleep(0)
        left.set_result(None)
        for _ in range(later):
            await asyncio.sleep(0)
        settling.cancel()
        with pytest.raises((ClientDisconnect, asyncio.CancelledError)):
            await settling
        context.close()
        for _ in range(20):
            await asyncio.sleep(0)


@pytest.mark.parametrize("blanks", [0, 400_000])
async def test_a_dropped_connection(blanks: int) -> None:
    """On a real connection: the client hangs up, and within a second nothing of its operation is left.

    Also when it had much to say: of a large body not all is read at once.
    """
    gateway = Gateway()
    asked = asyncio.Event()

    def prepare(context: Context) -> None:
        context.asked = asked

    gateway.prepare = prepare
    body = json.dumps({"query": "{ slow stubborn one { slow hello } }"}).encode() + b" " * blanks
    async with nothing_left(), serving(gateway.endpoint) as port, asyncio.timeout(5):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
            b"expect: 100-continue\r\ncontent-length: %d\r\n\r\n" % len(body)
        )
        await reader.readuntil(b"\r\n\r\n")  # the body is waited for
        writer.write(body)
        await asked.wait()
        writer.close()
        await writer.wait_closed()
        async with asyncio.timeout(1):
            await gateway.contexts[0].closed.wait()

    assert gateway.contexts[0].told == ["expire", "close"]
    assert all(future.done() for future in gateway.contexts[0].waiting)


async def test_a_client_that_leaves_while_it_sends() -> None:
    """A request that never arrives whole is no operation."""
    gateway = Gateway()
    async with nothing_left(), serving(gateway.endpoint) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
            b"content-length: 100\r\n\r\n{"
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    assert not gateway.contexts


async def test_a_request_that_trickles() -> None:
    """A body that is not whole by the deadline is given up, and the connection with it."""
    async with serving(Gateway(deadline=0.05).endpoint) as port, asyncio.timeout(5):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
            b"transfer-encoding: chunked\r\n\r\n1\r\n{\r\n"
        )
        answer = await reader.read()
        writer.close()

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"TIMEOUT"' in answer


async def test_a_deadline_costs_only_what_waits() -> None:
    """At the deadline the fields that wait fail with their code; the rest is answered."""
    gateway = Gateway(deadline=0.05)
    response = await gateway.ask("{ hello slow one { hello slow } }")

    assert response.json()["data"] == {
        "hello": "hello you",
        "slow": None,
        "one": {"hello": "hello", "slow": None},
    }
    assert {(*error["path"], error["extensions"]["code"]) for error in response.json()["errors"]} == {
        ("slow", "UPSTREAM_TIMEOUT"),
        ("one", "slow", "UPSTREAM_TIMEOUT"),
    }
    assert gateway.contexts[0].told == ["expire", "close"]


async def test_a_field_that_heeds_no_deadline() -> None:
    """A second after the deadline the whole operation is given up; the answer says why."""
    gateway = Gateway(deadline=0.05)
    async with nothing_left():
        response = await gateway.ask("{ hello stubborn }", "application/graphql-response+json")

    assert response.status_code == 200
    assert response.json() == {
        "errors": [{"message": "The time for this operation is over", "extensions": {"code": "TIMEOUT"}}],
        "data": None,
    }
    assert gateway.contexts[0].told == ["expire", "expire", "close"]
