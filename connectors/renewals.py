"""Answers that are renewed in the background, although nobody may wait for them."""

import asyncio
import logging
from collections import defaultdict
from functools import partial
from typing import Any

from connectors.cache import Connector
from connectors.errors import InvalidKey, UpstreamError
from connectors.flights import Flights
from connectors.slot import Slot

log = logging.getLogger(__name__)

MOST_RENEWED = 32
"""Answers of one realm that are renewed at the same time: a hung upstream holds up no other's."""


class Renewals:
    """Those under way. Their number is how many they are."""

    def __init__(self, flights: Flights) -> None:
        self._flights = flights
        self._renewing: dict[str, set[asyncio.Future[Any]]] = defaultdict(set)

    def begin(self, slot: Slot, connector: Connector) -> None:
        """Let an answer be asked for, unless too many of its realm are."""
        renewing = self._renewing[slot[0]]
        if len(renewing) < MOST_RENEWED:
            waiting = self._flights.flight(slot, connector, spare=True).join()
            renewing.add(waiting)
            waiting.add_done_callback(partial(self._end, slot))

    def _end(self, slot: Slot, done: asyncio.Future[Any]) -> None:
        self._renewing[slot[0]].discard(done)
        error = None if done.cancelled() else done.exception()
        if error is not None and not isinstance(error, UpstreamError | InvalidKey):
            log.error("unexpected %s while renewing %r", type(error).__qualname__, slot[1])

    def __len__(self) -> int:
        return sum(map(len, self._renewing.values()))
