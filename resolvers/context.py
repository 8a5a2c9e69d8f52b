"""What one operation knows: who asks, when, what was read, and what to tell besides the data."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any, TypeAlias

from connectors.cache import Fetch
from connectors.errors import UpstreamError
from connectors.listing import records
from connectors.payers import Payers
from connectors.pins import Pins
from connectors.reading import How
from connectors.record import Source
from resolvers.access import Principal
from resolvers.conclusions import Conclusions
from resolvers.explain import Explanation

NOT_CONFIGURED = "UPSTREAM_NOT_CONFIGURED"
MOST_NOTICES = 100


Path: TypeAlias = tuple[Any, ...]
"""Where in the answer a field stands, as executors keep it: the path before it, or None; its response name,
or its position in a list; perhaps more.
"""


def steps(path: Path | None) -> tuple[str | int, ...]:
    """Response names and list positions from the root."""
    if path is None:
        return ()
    before, step, *_ = path
    return (*steps(before), step)


@dataclass(frozen=True, slots=True)
class Notice:
    """A state worth telling at a path of the answer, which is no failure. `code` is from a closed list."""

    path: tuple[str | int, ...]
    code: str


@dataclass(frozen=True, slots=True)
class Incident:
    """A failure at a path that cost part of a field's value and not the field."""

    path: Sequence[str | int]
    error: UpstreamError


@dataclass(slots=True)
class Context:
    """One operation's. `now` is the one moment that its ages are told against (UTC); days are of `zone`.

    `least_max_age` is the operator's: data younger than these seconds are not asked for anew.
    `patients_of_days` were asked for in lists so far, those asked for twice counted twice. With an
    `explanation` it is told how the answer came about, but only to those who may see every patient: to others
    it would tell whom there is. `shown`: the sources of what was, to those who may not see every patient.
    """

    principal: Principal
    pins: Pins
    now: datetime
    zone: tzinfo = UTC
    least_max_age: float = 0.0
    payers: Payers = field(default_factory=Payers)
    conclusions: Conclusions = field(default_factory=Conclusions)
    notices: dict[Notice, None] = field(default_factory=dict)
    incidents: list[Incident] = field(default_factory=list)
    explanation: Explanation | None = None
    patients_of_days: int = 0
    shown: set[Source] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.principal.patients is not None:
            self.explanation = None

    @property
    def today(self) -> date:
        """The day that it is for the operator."""
        return self.now.astimezone(self.zone).date()

    def limit_age(self, seconds: int) -> None:
        """Give nothing as old as this, or as the operator's least, unless an upstream fails."""
        self.pins.max_age = max(self.least_max_age, seconds)

    def begin(self, fetch: Fetch[Any, Any, Any], key: object, path: Path) -> None:
        """Let a read begin beside the field at the path, for those who may see whatever it gives."""
        if self.principal.patients is None and fetch.connector in self.pins.connectors:
            answer = self.pins.read(fetch, key)
            if self.explanation is not None:
                self.explanation.begun((fetch, key), answer, steps(path))

    def lost(self, path: Path, error: UpstreamError) -> None:
        """Report a failure that costs part of the field at the path."""
        if len(self.incidents) < MOST_NOTICES:
            self.incidents.append(Incident(steps(path), error))

    def notice(self, path: Path, code: str) -> None:
        """Tell a state at a path, once; the first hundred are told."""
        if len(self.notices) < MOST_NOTICES:
            self.notices.setdefault(Notice(steps(path), code))

    def begin_again(self) -> None:
        """Forget what was told beside the data: it is told anew. What was read stays read."""
        self.notices.clear()
        self.incidents.clear()
        self.patients_of_days = 0

    def extensions(self) -> dict[str, object]:
        """What is told beside the data, if anything: notices, stale sources, how the answer came about."""
        told: dict[str, object] = {
            "notices": [{"path": list(notice.path), "code": notice.code} for notice in self.notices],
            "freshness": self._stale(),
            "explain": list(self.explanation.told(self.pins.readings)) if self.explanation else [],
            "explainLeftOut": self.explanation.left_out(self.pins.readings) if self.explanation else 0,
        }
        return {name: value for name, value in told.items() if value}

    def _stale(self) -> list[dict[str, object]]:
        """Each source that gave something stale, with its oldest age."""
        oldest: dict[tuple[str, str], float] = {}
        for (fetch, _), reading in self.pins.readings.items():
            if reading.how is How.STALE and not reading.pending and self._may_know(reading.answer):
                source = (fetch.connector.system, fetch.policy.kind.value)
                oldest[source] = max(reading.age, oldest.get(source, 0.0))
        return [
            {"system": system, "kind": kind, "oldestAge": int(age)} for (system, kind), age in oldest.items()
        ]

    def _may_know(self, answer: object) -> bool:
        """Whether they know that there is such an answer: something of it was shown to them."""
        if self.principal.patients is None:
            return True
        return any(record.source in self.shown for record in records(answer))

    def expire(self) -> None:
        """The operation's time is over: what it still waits for fails at once."""
        self.pins.expire()

    def close(self) -> None:
        """The operation is over: nothing is waited for any more."""
        self.pins.close()
