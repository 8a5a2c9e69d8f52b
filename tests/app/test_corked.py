"""What is written in one tick leaves together."""

import asyncio
from typing import Any, cast

import pytest

from app.corked import Corked


class Wire:
    """A transport that notes what leaves."""

    def __init__(self) -> None:
        self.left: list[bytes | str] = []

    def write(self, data: bytes) -> None:
        """One packet."""
        self.left.append(data)

    def writelines(self, parts: list[bytes]) -> None:
        """One packet too."""
        self.left.append(b"".join(parts))

    def close(self) -> None:
        """The end."""
        self.left.append("closed")

    def is_closing(self) -> bool:
        """Whether it is there yet."""
        return "closed" in self.left


@pytest.fixture
def wire() -> Wire:
    """A new one."""
    return Wire()


def corked(wire: Wire) -> Corked:
    """The same, corked."""
    return Corked(cast(asyncio.Transport, wire), asyncio.get_running_loop())


async def test_a_head_and_its_body_are_one_packet(wire: Wire) -> None:
    """Nothing is left to come later."""
    one: Any = corked(wire)
    one.write(b"head")
    one.write(b"body")
    assert wire.left == [b"headbody"]
    await asyncio.sleep(0)
    assert wire.left == [b"headbody"]


async def test_what_nothing_follows_leaves_with_the_next_tick(wire: Wire) -> None:
    """As "100 Continue", or the head of an answer that is yet to be made."""
    one = corked(wire)
    one.write(b"head")
    await asyncio.sleep(0)
    assert wire.left == [b"head"]


@pytest.mark.parametrize("pieces", range(6))
async def test_all_is_written_in_order_before_the_end(wire: Wire, pieces: int) -> None:
    """However many pieces there are, and although it is closed in the same tick."""
    one = corked(wire)
    for number in range(pieces):
        one.write(b"%d" % number)
    one.close()
    *written, end = wire.left
    assert b"".join(cast(list[bytes], written)) == b"012345"[:pieces]
    assert end == "closed"
    assert one.is_closing()


async def test_what_nobody_is_there_to_hear_is_dropped(wire: Wire) -> None:
    """The connection was lost before the tick's end; to write on it would be an error that nobody catches."""
    corked(wire).write(b"head")
    wire.close()
    await asyncio.sleep(0)
    assert wire.left == ["closed"]
