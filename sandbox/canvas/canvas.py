"""One simulated Canvas instance."""

import time
from collections.abc import Callable

from starlette.types import ASGIApp

from sandbox.canvas.rest import fhir_app
from sandbox.canvas.store import stored
from sandbox.canvas.switches import Switches, people_of
from sandbox.canvas.tokens import token_app
from sandbox.canvas.writes import Writes
from sandbox.faults import Faults
from sandbox.front import Front
from sandbox.journal import Journal
from sandbox.oauth import Tokens
from sandbox.population import Population, population

CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox-secret"  # noqa: S105  # opens nothing but the sandbox


class Canvas:
    """An instance with its people. Both apps share the journal, the faults and the tokens.

    Without `people` the usual 200 of the switches' mode live here. `clock` tells seconds since 1970.
    """

    def __init__(
        self,
        people: Population | None = None,
        switches: Switches | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.switches = switches or Switches()
        self.population = people or population(mode=people_of(self.switches.mode))
        self.journal = Journal()
        self.faults = Faults()
        self.tokens = Tokens(self.switches.token_lifetime, clock)
        self._store = stored(self.population, self.switches)
        self._writes = Writes(self._store, self.population, self.switches, clock)

    def fhir_app(self) -> ASGIApp:
        """The app of `https://fumage-<customer>.canvasmedical.com`."""
        return self._front(fhir_app(self._store, self.tokens, self.switches, self.journal, self._writes))

    def token_app(self) -> ASGIApp:
        """The app of `https://<customer>.canvasmedical.com`, where only `/auth/token/` is simulated."""
        return self._front(token_app(self.tokens, (CLIENT_ID, CLIENT_SECRET)))

    def _front(self, app: ASGIApp) -> ASGIApp:
        return Front(app, self.journal, self.faults, self.switches.latency)
