"""So many at once, whoever gives up meanwhile."""

import asyncio
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from connectors.bulkhead import Bulkhead


@dataclass
class Visitors:
    """Who is within, who waits, and who was admitted after waiting, in that order."""

    most: int
    bulkhead: Bulkhead = field(init=False)
    within: list[int] = field(default_factory=list)
    waiting: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    admitted: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bulkhead = Bulkhead(self.most)

    async def come(self, number: int) -> None:
        """Another one comes, and waits if there is no room."""
        if self.bulkhead.enter():
            self.within.append(number)
        else:
            self.waiting[number] = asyncio.ensure_future(self._wait(number))
            await asyncio.sleep(0)

    def go(self, place: int) -> None:
        """One of those who are within leaves."""
        if self.within:
            self.within.pop(place % len(self.within))
            self.bulkhead.leave()

    def give_up(self, place: int) -> None:
        """One of those who wait is cancelled, perhaps while being let in."""
        if self.waiting:
            self.waiting.pop(list(self.waiting)[place % len(self.waiting)]).cancel()

    async def _wait(self, number: int) -> None:
        await self.bulkhead.wait()
        del self.waiting[number]
        self.within.append(number)
        self.admitted.append(number)


@given(
    most=st.integers(1, 4),
    steps=st.lists(
        st.tuples(st.sampled_from(["come", "come", "go", "give_up", "tick"]), st.integers(0, 9)), max_size=60
    ),
)
def test_room_is_neither_lost_nor_given_twice(most: int, steps: list[tuple[str, int]]) -> None:
    """Never more within than there is room for, none waits while there is room, first come first served."""

    async def play() -> None:
        visitors = Visitors(most)
        for number, (step, place) in enumerate(steps):
            match step:
                case "come":
                    await visitors.come(number)
                case "go":
                    visitors.go(place)
                case "give_up":
                    visitors.give_up(place)
                case _:
                    await _settled()
            assert len(visitors.within) <= most
        await _settled()
        assert not visitors.waiting or len(visitors.within) == most
        while visitors.within:
            visitors.go(0)
            await _settled()
        assert not visitors.waiting
        assert visitors.admitted == sorted(visitors.admitted)

    asyncio.run(play())


async def _settled() -> None:
    for _ in range(4):
        await asyncio.sleep(0)
