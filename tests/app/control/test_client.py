"""Telling every gateway that serves a port, and what came of it."""

import asyncio
import socket
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from app.control import place
from app.control.client import Untold
from app.control.order import Order
from app.control.place import socket_path, socket_paths
from app.control.server import controlled
from tests.app.control.desk import PLANS, PORT, Desk, inside, told


async def test_all_processes_of_a_port_are_told(own: Path) -> None:
    """Their answers are summed; who serves another port is not told."""
    desks = {1: Desk(3), 2: Desk(4)}
    elsewhere = [Desk(), Desk()]
    async with AsyncExitStack() as running:
        for pid, desk in desks.items():
            await running.enter_async_context(controlled(socket_path(own, PORT, pid), desk.drop))
        for port, desk in zip((80, 80001), elsewhere, strict=True):
            await running.enter_async_context(controlled(socket_path(own, port, 1), desk.drop))
        sentence = await told(own)

    assert sentence == "dropped 7 answers in 2 processes"
    assert [desk.orders for desk in desks.values()] == [[PLANS], [PLANS]]
    assert [desk.orders for desk in elsewhere] == [[], []]


async def test_what_a_dead_process_left_behind_disturbs_nobody(own: Path) -> None:
    """It is passed over and removed; the living are told. One with the same number takes its place."""
    left = [socket_path(own, PORT, pid) for pid in (1, 2)]
    for path in left:
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(str(path))
    async with controlled(left[1], Desk(1).drop):
        sentence = await told(own)
        assert socket_paths(own, PORT) == [left[1]]

    assert sentence == "dropped 1 answer in 1 process"


async def test_nobody_who_serves_is_told_so(own: Path) -> None:
    """Neither in an empty directory nor without one, which is not made."""
    for directory in (own, own / "none"):
        with pytest.raises(Untold, match=r"^no gateway of this user serves port 8000$"):
            await told(directory)

    assert not inside(own)


async def test_who_does_not_do_it_is_told_beside_those_who_did(own: Path) -> None:
    """One that says nothing, one that hangs up, one that babbles, and one that obeys."""

    def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"what?\n")
        writer.close()

    silent, rude, babbler = (socket_path(own, PORT, pid) for pid in (1, 2, 3))
    with place.listening(silent):
        async with (
            await asyncio.start_unix_server(lambda _, writer: writer.close(), rude),
            await asyncio.start_unix_server(babble, babbler),
            controlled(socket_path(own, PORT, 4), Desk().drop),
        ):
            with pytest.raises(Untold) as untold:
                await told(own, patience=0.2)

    assert str(untold.value) == "dropped 3 answers in 1 process; 3 processes did not: no answer"


async def test_why_an_order_failed_is_told(own: Path) -> None:
    """The gateway's own sentence reaches the operator, once."""

    def fail(_: Order) -> int:
        raise LookupError

    async with AsyncExitStack() as running:
        for pid in (1, 2):
            await running.enter_async_context(controlled(socket_path(own, PORT, pid), fail))
        with pytest.raises(Untold) as untold:
            await told(own)

    assert str(untold.value) == "dropped 0 answers in 0 processes; 2 processes did not: the order failed"
