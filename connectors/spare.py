"""An older answer that stands in when the upstream fails, or is slow."""

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple

from connectors.errors import UpstreamError
from connectors.reading import How, Reading
from connectors.store.records import Kept

PATIENCE = 1.0
"""Seconds that those wait for an upstream's word who have an older answer to fall back on."""


class Spare(NamedTuple):
    """What is kept, on this clock, and whether it may stand in now."""

    kept: Kept
    clock: Callable[[], float]
    may_stand_in: Callable[[], bool]

    @property
    def age(self) -> float:
        """How old it is, in seconds."""
        return self.clock() - self.kept.fetched


def stand_by(reading: Reading, spare: Spare, *, tire: Callable[[], None] | None) -> None:
    """Let the spare answer a reading whose answer is on its way, should the upstream fail.

    With `tire` also when it is slow: that is called first, for then nobody may wait for the upstream.
    """
    loop = asyncio.get_running_loop()
    landing, reading.answer = reading.answer, loop.create_future()
    told: asyncio.Future[Any] = reading.answer

    def stand_in() -> bool:
        if told.done() or not spare.may_stand_in():
            return False
        reading.how, reading.age = How.STALE, spare.age
        told.set_result(spare.kept.answer)
        return True

    def land(_: asyncio.Future[Any]) -> None:
        error = None if landing.cancelled() else landing.exception()
        transient = isinstance(error, UpstreamError) and error.transient
        if not (transient and stand_in()) and not told.done():
            _pass_on(landing, told)

    def settle(_: asyncio.Future[Any]) -> None:
        landing.cancel()
        reading.stand_in = None  # it leads back to the reading

    reading.stand_in = stand_in
    landing.add_done_callback(land)
    told.add_done_callback(settle)
    if tire is not None:
        tiring = loop.call_later(PATIENCE, _tire, tire, stand_in)
        told.add_done_callback(lambda _: tiring.cancel())


def _tire(tire: Callable[[], None], stand_in: Callable[[], bool]) -> None:
    tire()
    stand_in()


def _pass_on(landing: asyncio.Future[Any], told: asyncio.Future[Any]) -> None:
    if landing.cancelled():
        told.cancel()
    elif error := landing.exception():
        told.set_exception(error)
        told.exception()  # seen: the event loop must not log it for one who no longer waits
    else:
        told.set_result(landing.result())
