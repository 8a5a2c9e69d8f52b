"""Joins: what is read, when, and what happens when a read has nothing to ask or goes wrong."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any, ClassVar

import msgspec
import pytest

from connectors.cache import Kind, remembered
from connectors.errors import BadResponse, Unreachable
from connectors.memory import Memory
from connectors.pins import Pins
from resolvers.absent import Absent
from resolvers.access import Principal
from resolvers.context import Context, Notice
from resolvers.join import Join, join
from resolvers.read import own_id, read

EVERYONE = Principal(subject="test", tenant="test", patients=None)


class Volume(msgspec.Struct, frozen=True):
    """A record with an id."""

    id: str
    bad_entries: int = 0


class Shelf:
    """A connector that tells when each question came and waits until it is let go."""

    system: ClassVar[str] = "shelf"
    realm = "here"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.open = asyncio.Event()
        self.open.set()

    @remembered(Kind.PLANS, fresh=60, while_revalidate=60, on_error=0)
    async def left(self, key: str) -> Volume | None:
        """A volume on the left."""
        return await self._volume(f"left {key}")

    @remembered(Kind.PLANS, fresh=60, while_revalidate=60, on_error=0)
    async def right(self, key: str) -> Volume | None:
        """A volume on the right."""
        return await self._volume(f"right {key}")

    async def _volume(self, name: str) -> Volume:
        self.asked.append(name)
        await self.open.wait()
        if "broken" in name:
            raise Unreachable("shelf")
        return Volume(name, bad_entries=1 if "torn" in name else 0)


FIELD = (None, "field")
"""The path of a field of the root."""


def context(shelf: Shelf | None, memory: Memory | None = None) -> Context:
    """A new operation's, over this shelf."""
    return Context(
        principal=EVERYONE,
        pins=Pins(memory or Memory(), {Shelf: shelf} if shelf else {}),
        now=datetime(2026, 1, 1, tzinfo=UTC),
    )


async def answered(one: Join, record: object, within: Context) -> Any:
    """The join's answer, waited for if need be."""
    answer = one.answer(record, None, within, FIELD)
    return await answer if isinstance(answer, Awaitable) else answer


both = join(
    read(Shelf.left, own_id),
    read(Shelf.right, own_id),
    then=lambda record, _, left, right: (record.id, left and left.id, right and right.id),
)
chained = join(
    read(Shelf.left, own_id),
    read(Shelf.right, lambda record, _, left: left.id),
    then=lambda record, _, left, right: right.id,
)


async def test_a_warm_join_is_no_awaitable() -> None:
    """When every read is remembered the value itself is given."""
    shelf, memory = Shelf(), Memory()
    await answered(both, Volume("a"), context(shelf, memory))

    assert both.answer(Volume("a"), None, context(shelf, memory), FIELD) == ("a", "left a", "right a")


async def test_independent_reads_run_side_by_side() -> None:
    """No read waits for one whose answer it does not take."""
    shelf = Shelf()
    shelf.open.clear()
    waiting = asyncio.ensure_future(answered(both, Volume("a"), context(shelf)))
    async with asyncio.timeout(5):
        while len(shelf.asked) < 2:
            await asyncio.sleep(0)
    shelf.open.set()

    assert await waiting == ("a", "left a", "right a")


async def test_a_dependent_read_gets_the_earlier_answer() -> None:
    """A key may follow from what was read before."""
    assert await answered(chained, Volume("a"), context(Shelf())) == "right left a"


async def test_no_key_asks_nothing() -> None:
    """A read without a key answers None, silently."""
    shelf, within = Shelf(), context(Shelf())
    silent = join(read(Shelf.left, lambda record, _: None), then=lambda record, _, left: left)

    assert await answered(silent, Volume("a"), within) is None
    assert (shelf.asked, list(within.notices)) == ([], [])


async def test_an_absent_key_is_told_with_its_code() -> None:
    """A state that keeps a read from asking is a notice at the field's path, told once."""
    within = context(Shelf())
    unlinked = join(
        read(Shelf.left, lambda record, _: Absent("NOT_LINKED")), then=lambda record, _, left: left
    )

    assert await answered(unlinked, Volume("a"), within) is None
    assert await answered(unlinked, Volume("b"), within) is None
    assert list(within.notices) == [Notice(("field",), "NOT_LINKED")]


async def test_an_upstream_that_is_not_configured_is_a_notice() -> None:
    """Its fields are None and say why; nothing is raised."""
    within = context(None)

    assert await answered(both, Volume("a"), within) == ("a", None, None)
    assert within.extensions() == {"notices": [{"path": ["field"], "code": "UPSTREAM_NOT_CONFIGURED"}]}


async def test_a_failed_read_is_raised_to_the_field() -> None:
    """A join does not swallow an upstream's failure, and one operation asks only once for it."""
    shelf = Shelf()
    within = context(shelf)
    for _ in range(2):
        with pytest.raises(Unreachable):
            await answered(both, Volume("broken"), within)

    assert sorted(shelf.asked) == ["left broken", "right broken"]


@pytest.mark.parametrize("times", [1, 2], ids=["cold", "warm"])
async def test_what_an_answer_lacks_is_reported(times: int) -> None:
    """Entries that could not be read are one incident at the field, from the memory as from the upstream."""
    shelf, memory = Shelf(), Memory()
    one = join(read(Shelf.left, own_id), then=lambda record, _, left: left)
    for _ in range(times):
        within = context(shelf, memory)
        await answered(one, Volume("torn"), within)

    assert [(incident.path, type(incident.error)) for incident in within.incidents] == [
        (("field",), BadResponse)
    ]


async def test_one_field_cancelled_leaves_the_other_its_answer() -> None:
    """Two fields that wait for the same read do not fall together."""
    shelf = Shelf()
    shelf.open.clear()
    within = context(shelf)
    falling = asyncio.ensure_future(answered(both, Volume("a"), within))
    standing = asyncio.ensure_future(answered(both, Volume("a"), within))
    async with asyncio.timeout(5):
        while len(shelf.asked) < 2:
            await asyncio.sleep(0)

    falling.cancel()
    await asyncio.sleep(0)
    shelf.open.set()

    assert await standing == ("a", "left a", "right a")
