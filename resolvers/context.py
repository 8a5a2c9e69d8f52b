"""What one operation knows: who asks, when, what was read, and what to tell besides the data."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Protocol

from connectors.cache import Fetch
from connectors.errors import BadResponse, UpstreamError
from connectors.pins import Pins
from resolvers.access import Principal, visible

NOT_CONFIGURED = "UPSTREAM_NOT_CONFIGURED"


class Path(Protocol):
    """Where in the answer a field stands, as the executor keeps it."""

    def as_list(self) -> list[str | int]:
        """Response names and list positions from the root."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A state worth telling at a path of the answer, which is no failure. `code` is from a closed list."""

    path: Sequence[str | int]
    code: str


@dataclass(frozen=True, slots=True)
class Incident:
    """A failure at a path that cost part of a field's value and not the field."""

    path: Sequence[str | int]
    error: UpstreamError


@dataclass(slots=True)
class Context:
    """One operation's. `now` is the one moment that its ages are told against (UTC)."""

    principal: Principal
    pins: Pins
    now: datetime
    notices: list[Notice] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)

    def read(self, fetch: Fetch[Any, Any, Any], key: object, path: Path) -> object:
        """The answer or a future of it; None with a notice where the upstream is not configured."""
        if self.pins.connected(fetch):
            return self.pins.read(fetch, key)
        self.notice(path, NOT_CONFIGURED)
        return None

    def seen(self, answer: Any, path: Path, fetch: Fetch[Any, Any, Any]) -> Any:
        """What may be shown of an answer that has come. What it lacks is reported at the path."""
        if getattr(answer, "bad_entries", 0):
            self.incidents.append(Incident(path.as_list(), BadResponse(fetch.connector.system)))
        return visible(self.principal, answer)

    def notice(self, path: Path, code: str) -> None:
        """Tell a state at a path, once."""
        notice = Notice(path.as_list(), code)
        if notice not in self.notices:
            self.notices.append(notice)

    def extensions(self) -> dict[str, object]:
        """What is told beside the data: the notices, if any."""
        return {"notices": [asdict(notice) for notice in self.notices]} if self.notices else {}

    def expire(self) -> None:
        """The operation's time is over: what it still waits for fails at once."""
        self.pins.expire()

    def close(self) -> None:
        """The operation is over: nothing is waited for any more."""
        self.pins.close()
