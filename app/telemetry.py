"""What a process tells of itself to those who watch it, in Prometheus' text format.

Numbers only: no label holds anything that anybody asked for. Each has the label `process`: of several workers
the one that is asked tells its own.
"""

import os
from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from connectors.memory import Memory
from connectors.store.tier import SharedTier, TierState


async def metrics(request: Request) -> Response:
    """What this process has to tell now."""
    registry = CollectorRegistry()
    registry.register(Measured(request.state.memory, request.state.tier))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class Measured(Collector):
    """The numbers of one process; those of the shared tier where there is one."""

    def __init__(self, memory: Memory, tier: SharedTier | None) -> None:
        self._memory = memory
        self._tier = tier

    def collect(self) -> Iterator[Metric]:
        """Each number, read when asked for."""
        yield _told(
            GaugeMetricFamily, "memory_answers", "Answers that the process remembers.", self._memory.answers
        )
        yield _told(
            GaugeMetricFamily,
            "memory_bytes",
            "About how many bytes its answers take.",
            self._memory.bytes,
        )
        if self._tier is not None:
            yield from _of_tier(self._tier)


def _of_tier(tier: SharedTier) -> Iterator[Metric]:
    states = GaugeMetricFamily(
        "gateway_shared_tier_state",
        "1 for the state of the shared tier.",
        labels=["process", "state"],
    )
    for state in TierState:
        states.add_metric([_process(), state.value], state is tier.state)
    yield states
    yield _told(CounterMetricFamily, "shared_tier_hits", "Answers that the shared tier gave.", tier.hits)
    yield _told(
        CounterMetricFamily,
        "shared_tier_misses",
        "Answers that the shared tier was asked for, not while unreachable, and did not give.",
        tier.misses,
    )
    yield _told(
        CounterMetricFamily,
        "shared_tier_failures",
        "How often the shared tier went away.",
        tier.failures,
    )


def _told(kind: type[GaugeMetricFamily | CounterMetricFamily], name: str, means: str, value: int) -> Metric:
    family = kind(f"gateway_{name}", means, labels=["process"])
    family.add_metric([_process()], value)
    return family


def _process() -> str:
    return str(os.getpid())
