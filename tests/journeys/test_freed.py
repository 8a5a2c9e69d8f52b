"""What answering leaves behind: nothing that only the garbage collector would free."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from app.graphql.executor import Executor
from connectors.exchange import Exchange
from connectors.flights import Departure
from connectors.reading import Reading
from resolvers.context import Context
from sandbox.connection_faults import cut_off, hang_up, slow
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


def executors() -> int:
    """How many executions by graphql-core there are."""
    return sum(type(one) is Executor for one in gc.get_objects())


@asynccontextmanager
async def freed_after_each() -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """The garbage collector does not look; gives what waits until everything is free all the same."""
    gc.collect()
    before = carriers()

    async def freed() -> None:
        await until(lambda: carriers() <= before)  # what is called back takes a few turns to end

    gc.disable()
    try:
        yield freed
    finally:
        gc.enable()


@pytest.mark.parametrize("path", ["/Patient", "/Coverage", "/Organization"])
async def test_an_answer_is_free_as_soon_as_it_is_given(gateway: Gateway, path: str) -> None:
    """Whether all goes well, or whatever an upstream does instead of answering."""
    async with freed_after_each() as freed:
        for person, act in zip(gateway.population.people, FAILURES, strict=False):
            if act is not None:
                gateway.canvas.faults.add(Fault(act, path=path))
            await gateway.ask(ONE, id=person.id, on=DAY)
            gateway.canvas.faults.clear()
            await freed()


@pytest.mark.parametrize(
    "query", ["{ insurancePlans(first: 1000) { totalCount } }", '{ patient(id: "a/b") { id } }']
)
async def test_a_question_that_cannot_be_asked_is_free_too(gateway: Gateway, query: str) -> None:
    """What is wrong with it was found in the middle of its execution."""
    async with freed_after_each() as freed:
        assert (await gateway.ask(query))["errors"]
        await freed()


async def test_a_question_is_free_as_soon_as_its_client_left(gateway: Gateway) -> None:
    """Also where part of it had failed by then, so that graphql-core answers, and tells nobody its errors."""
    clinic = gateway.sandbox.clinic
    async with freed_after_each() as freed:
        others = executors()
        gateway.canvas.faults.add(Fault(html_page()))
        clinic.faults.add(Fault(slow(60)))
        asking = asyncio.ensure_future(
            gateway.ask('{ coverage(id: "one") { id } insurancePlans { totalCount } }')
        )
        await until(lambda: clinic.journal.in_flight > 0 and gateway.canvas.journal.in_flight == 0)
        await until(lambda: executors() > others)
        asking.cancel()
        await freed()
