"""One simulated eligibility service."""

import time
from collections.abc import Callable

from starlette.types import ASGIApp

from sandbox.eligibility.rest import eligibility_app
from sandbox.eligibility.switches import Switches
from sandbox.faults import Faults
from sandbox.front import Front
from sandbox.journal import Journal
from sandbox.oauth import Tokens
from sandbox.population import Population, population

CLIENT_ID = "sandbox-eligibility-client"
CLIENT_SECRET = "sandbox-eligibility-secret"  # noqa: S105  # opens nothing but the sandbox


class Eligibility:
    """A service with its people; without `people` the usual 200. `clock` tells seconds since 1970."""

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
        self.tokens = Tokens(self.switches.token_lifetime, clock)

    def app(self) -> ASGIApp:
        """The app of the service's host."""
        client = (CLIENT_ID, CLIENT_SECRET)
        app = eligibility_app(self.population, self.tokens, client, self.switches, self.journal)
        return Front(app, self.journal, self.faults, self.switches.latency)
