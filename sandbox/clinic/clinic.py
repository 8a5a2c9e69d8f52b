"""One simulated clinic."""

import time
from collections.abc import Callable

from starlette.types import ASGIApp

from sandbox.clinic.rest import clinic_app
from sandbox.clinic.switches import Switches
from sandbox.clinic.tables import Tables, filled
from sandbox.faults import Faults
from sandbox.front import Front
from sandbox.journal import Journal
from sandbox.population import Population, population

USER_TOKEN = "sandbox-user-token"  # noqa: S105  # opens nothing but the sandbox


class Clinic:
    """A clinic with its people; without `people` the usual 200. `clock` tells seconds since 1970."""

    def __init__(
        self,
        people: Population | None = None,
        switches: Switches | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.switches = switches or Switches()
        self.population = people or population()
        self.journal = Journal()
        self.faults = Faults()
        self._tables: Tables = filled(self.population)
        self._clock = clock

    def app(self) -> ASGIApp:
        """The app of the clinic's host."""
        app = clinic_app(self._tables, USER_TOKEN, self.switches, self.journal, self._clock)
        return Front(app, self.journal, self.faults, self.switches.latency)
