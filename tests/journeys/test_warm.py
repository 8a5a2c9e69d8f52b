"""What a warm question costs: nothing waits, so nothing is awaited."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest
from graphql import ExecutionResult

from app.auth import SANDBOX_PRINCIPAL
from app.graphql.execution import execute
from app.graphql.operation import Operations
from app.settings import Settings
from app.upstreams import connect
from connectors.memory import Memory
from connectors.payers import Payers
from connectors.pins import Pins
from resolvers.context import Context
from schema.query import graph
from tests.journeys.conftest import Gateway, settings_of
from tests.journeys.test_reading import SUMMARY, summary

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_warm_execution_is_a_result_and_no_awaitable(gateway: Gateway) -> None:
    """When everything is remembered, execute gives the result itself: no coroutine, no task, no tick."""
    patient = gateway.case("family-shared-member-number")
    schema = graph().schema
    prepared = Operations(schema).prepare(SUMMARY, None)
    async with AsyncExitStack() as closing:
        connectors = connect(Settings(**dict(settings_of(gateway.upstreams))), "test", Payers(), closing)
        memory = Memory()

        def context() -> Context:
            return Context(principal=SANDBOX_PRINCIPAL, pins=Pins(memory, connectors), now=datetime.now(UTC))

        cold = execute(schema, prepared, {"id": patient}, context())
        assert not isinstance(cold, ExecutionResult)
        first = await cold

        warm = execute(schema, prepared, {"id": patient}, context())

    assert isinstance(warm, ExecutionResult)
    assert warm == first
    assert warm.data == {"patient": summary(gateway.population.facts(patient))}
