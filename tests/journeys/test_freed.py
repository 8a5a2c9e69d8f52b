"""What answering leaves behind: nothing that only the garbage collector would free."""

import gc

import pytest

from connectors.exchange import Exchange
from connectors.flights import Departure
from connectors.reading import Reading
from resolvers.context import Context
from sandbox.connection_faults import cut_off, hang_up
from sandbox.faults import Act, Fault, html_page, status, truncated
from tests.journeys.conftest import Gateway, until
from tests.journeys.test_insurance_summary import DAY, ONE

pytestmark = pytest.mark.asyncio(loop_scope="session")

CARRIERS = (Context, Departure, Exchange, Reading)
"""What carries questions and answers."""

FAILURES: tuple[Act | None, ...] = (
    None,
    status(503),
    status(403),
    hang_up(),
    cut_off(),
    html_page(),
    truncated(),
)


def carriers() -> int:
    """How many of them there are."""
    return sum(type(one) in CARRIERS for one in gc.get_objects())


@pytest.mark.parametrize("path", ["/Patient", "/Coverage", "/Organization"])
async def test_an_answer_is_free_as_soon_as_it_is_given(gateway: Gateway, path: str) -> None:
    """Whether all goes well, or whatever an upstream does instead of answering."""
    gc.collect()
    before = carriers()
    gc.disable()
    try:
        for person, act in zip(gateway.population.people, FAILURES, strict=False):
            if act is not None:
                gateway.canvas.faults.add(Fault(act, path=path))
            await gateway.ask(ONE, id=person.id, on=DAY)
            gateway.canvas.faults.clear()
            await until(lambda: carriers() <= before)  # what is called back takes a few turns to end
    finally:
        gc.enable()
