"""The eligibility service as the graph reads it.

Every answer is checked against the question: the service may ignore a parameter, as any upstream may.
"""

from collections.abc import Callable
from typing import ClassVar
from zoneinfo import ZoneInfo

from connectors.cache import Kind, remembered
from connectors.eligibility.history import History
from connectors.eligibility.reader import Reader
from connectors.eligibility.search import HistorySearch
from connectors.errors import BadResponse, Rejected
from connectors.upstream import Reply, Upstream

SEARCH = ("apis", "eligibility", "v2", "insurance", "eligibility", "search")
NOBODY = {"patient_id": "0", "insurance_number": "0"}


class Eligibility:
    """One organisation's eligibility service, read with one credential. `realm` names both.

    Its instants print no zone: they are of `timezone`. `saw` is told the number and name of each payer that
    an answer names: nobody else tells both.
    """

    system: ClassVar[str] = "eligibility"

    def __init__(
        self,
        upstream: Upstream,
        realm: str,
        timezone: ZoneInfo,
        saw: Callable[[str | None, str | None], None] = lambda payer_id, name: None,
    ) -> None:
        self._upstream = upstream
        self._reader = Reader(upstream, timezone)
        self._saw = saw
        self.realm = realm

    @remembered(
        Kind.ELIGIBILITY,
        fresh=60,
        while_revalidate=300,
        on_error=0,
        of=lambda search: str(int(search.patient_id)),
    )
    async def history(self, search: HistorySearch) -> History:
        """The checks of one patient under one member number; perhaps none, perhaps the latest only."""
        found = self._reader.history(
            self._served(await self._upstream.get(*SEARCH, params=search.params)), search
        )
        self._learn(found)
        return found

    @history.learns
    def _learn(self, found: History) -> None:
        for check in found.items:
            self._saw(check.payer_id, check.payer_name)

    async def reachable(self) -> None:
        """Return when the service takes our credentials; raise UpstreamError when it does not.

        It has no endpoint for this. It is asked about nobody: that it finds no record, or objects to the
        numbers (seed 004: 400), shows that address, path and credentials are right.
        """
        try:
            self._reader.accept(self._served(await self._upstream.get(*SEARCH, params=NOBODY)))
        except Rejected:
            return

    def _served(self, reply: Reply | None) -> Reply:
        if reply is None:  # no record is told otherwise: nothing is served at this address
            raise BadResponse(self._upstream.system)
        return reply
