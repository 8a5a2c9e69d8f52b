"""A running gateway's control socket: what it takes, and that nobody can hang it."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.control.order import LONGEST, BadOrder, Order, read_answer, read_order
from app.control.place import socket_path
from app.control.server import controlled
from connectors.cache import Kind
from tests.app.control.desk import PLANS, PORT, Desk, error, inside, said


@pytest.mark.parametrize("order", [Order(patient="c5b191ba9d104dff"), PLANS])
async def test_an_order_is_carried_out(own: Path, order: Order) -> None:
    """In pieces as well as whole; what follows its line is not read."""
    desk, path = Desk(), socket_path(own, PORT, 1)
    async with controlled(path, desk.drop):
        assert await said(path, order.line) == b'{"dropped": 3}\n'
        assert await said(path, order.line[:9], order.line[9:] + b"more") == b'{"dropped": 3}\n'

    assert desk.orders == [order, order]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"7",
        b"[1]",
        b"drop everything",
        b"\xff",
        b"[" * 4000,
        b'{"drop": {}}',
        b'{"drop": "plans"}',
        b'{"drop": {"kind": "everything"}}',
        b'{"drop": {"kind": null}}',
        b'{"drop": {"patient": 7}}',
        b'{"drop": {"patient": ""}}',
        b'{"drop": {"patient": "hush hush"}}',
        b'{"drop": {"patient": "hush", "kind": "plans"}}',
        b'{"drop": {"kind": "plans"}, "and": "hush"}',
        b'{"keep": {"kind": "plans"}}',
    ],
)
async def test_what_is_no_order_gets_one_clear_answer(own: Path, line: bytes) -> None:
    """The answer repeats nothing of it, and nothing is dropped."""
    desk, path = Desk(), socket_path(own, PORT, 1)
    async with controlled(path, desk.drop):
        sentence = error(await said(path, line + b"\n"))

    assert not desk.orders
    assert "hush" not in sentence


@pytest.mark.parametrize("pieces", [[], [b'{"drop": {"kind": "plans"}}']])
async def test_an_order_without_its_end_is_none(own: Path, pieces: list[bytes]) -> None:
    """Half an order must not pass for a whole one."""
    desk, path = Desk(), socket_path(own, PORT, 1)
    async with controlled(path, desk.drop):
        assert error(await said(path, *pieces, end=True)) == "an order is one line of JSON"

    assert not desk.orders


async def test_an_order_is_bounded(own: Path) -> None:
    """The longest is read; of a longer one no more is read than tells that it is."""
    desk, path = Desk(), socket_path(own, PORT, 1)
    longest = PLANS.line.rjust(LONGEST)
    async with controlled(path, desk.drop):
        assert await said(path, longest) == b'{"dropped": 3}\n'
        for longer in (b" " + longest, b"x" * LONGEST):
            assert error(await said(path, longer)) == "an order has at most 4096 bytes"

    assert desk.orders == [PLANS]


async def test_who_is_slow_is_told_so_and_holds_up_nobody(own: Path) -> None:
    """However many say nothing, another's order is carried out at once; and they are told in the end."""
    desk, path = Desk(), socket_path(own, PORT, 1)
    async with controlled(path, desk.drop, patience=0.2):
        slow = [asyncio.ensure_future(said(path, b"{")) for _ in range(20)]
        assert await said(path, PLANS.line) == b'{"dropped": 3}\n'
        answers = await asyncio.gather(*slow)

    assert {error(answer) for answer in answers} == {"no order came within 0.2 seconds"}


async def test_at_the_end_nothing_is_left(own: Path) -> None:
    """Who is still connected is cut off, and the socket is gone."""
    path = socket_path(own, PORT, 1)
    async with controlled(path, Desk().drop):
        reader, writer = await asyncio.open_unix_connection(path)
        await said(path, PLANS.line)  # who came first has been let in, too
        assert inside(own) == [path]

    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    assert not inside(own)


async def test_an_order_that_fails_is_told_and_logged_without_values(
    own: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The log gets the error's type and place; the gateway goes on."""

    def fail(order: Order) -> int:
        raise LookupError(order.patient)

    path = socket_path(own, PORT, 1)
    async with controlled(path, fail):
        for _ in range(2):
            assert error(await said(path, Order(patient="hush").line)) == "the order failed"

    assert "LookupError" in caplog.text
    assert "hush" not in caplog.text


@given(st.binary())
def test_a_line_is_an_order_or_none(line: bytes) -> None:
    """Whatever comes, nothing else is raised; and an answer is read as a number or a sentence."""
    assert isinstance(read_answer(line), int | str)
    with suppress(BadOrder):
        read_order(line)


def test_an_order_is_read_as_it_was_told() -> None:
    """Every kind can be dropped."""
    for order in (Order(patient="a-1.B"), *(Order(kind=kind) for kind in Kind)):
        assert read_order(order.line) == order


def test_an_order_does_not_tell_whom_it_is_about() -> None:
    """Its repr may come into a log."""
    assert "hush" not in repr(Order(patient="hush"))
