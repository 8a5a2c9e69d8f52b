"""Gateways that share what they remember: what a client is told is the same, and costs the upstreams once."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from graphql import GraphQLNonNull, GraphQLObjectType, get_named_type, is_leaf_type
from prometheus_client.parser import text_string_to_metric_families

from app.embedded import Sandbox, Upstreams, serving_sandbox
from app.embedded import simulated as simulated_people
from connectors.forget import forget_patient
from connectors.store.tier import TierState
from sandbox.faults import Fault, edit_json
from schema.query import graph
from tests.journeys.conftest import until
from tests.journeys.sharing import (
    KEY,
    Colleague,
    at_rest,
    calls,
    colleague,
    confidential,
    held,
    kept,
    personal,
)
from tests.journeys.test_insurance_summary import ONE
from tests.redis_server import RedisServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

TOLD_BY_CLOCKS = {"age", "lastCheckAge"}


def selection(kind: GraphQLObjectType, levels: int) -> str:
    """All that a type tells, so many levels deep."""
    return " ".join(_fields(kind, levels))


def _fields(kind: GraphQLObjectType, levels: int) -> Iterator[str]:
    for name, field in kind.fields.items():
        needs = any(isinstance(one.type, GraphQLNonNull) for one in field.args.values())
        below = get_named_type(field.type)
        if needs or name in TOLD_BY_CLOCKS:
            continue
        if is_leaf_type(below):
            yield name
        elif levels > 1 and isinstance(below, GraphQLObjectType):
            yield f"{name} {{ {selection(below, levels - 1)} }}"


PATIENT = graph().schema.type_map["Patient"]
assert isinstance(PATIENT, GraphQLObjectType)
EVERYTHING = f"query Everything($id: ID!) {{ patient(id: $id) {{ {selection(PATIENT, 3)} }} }}"
PAYERS = "query Payers($id: ID!) { patient(id: $id) { coverages { payor { payerIds { value origin } } } } }"
NAME = "query Name($id: ID!) { patient(id: $id) { name { text } } }"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def behind() -> AsyncIterator[tuple[Sandbox, Upstreams]]:
    """A small sandbox."""
    sandbox = simulated_people(40, "canvas")
    async with serving_sandbox(sandbox) as upstreams:
        yield sandbox, upstreams


@pytest_asyncio.fixture(loop_scope="session")
async def two(
    simulated: tuple[Sandbox, Upstreams], redis: RedisServer
) -> AsyncIterator[tuple[Colleague, Colleague]]:
    """Two gateways in this process, over upstreams with empty journals and without faults."""
    at_rest(simulated[0])
    async with colleague(*simulated, redis) as one, colleague(*simulated, redis) as other:
        yield one, other


async def sent(one: Colleague) -> None:
    """Return when a gateway has shared what it had to share."""
    await until(lambda: one.state["tier"]._outbox._doing is None)


def comparable(told: Any) -> Any:
    """An answer without what clocks tell, and with the notices in an order: they come as reads end."""
    if isinstance(told, list):
        return [comparable(one) for one in told]
    if not isinstance(told, dict):
        return told
    return {
        name: sorted(map(str, one)) if name == "notices" else comparable(one)
        for name, one in told.items()
        if name not in TOLD_BY_CLOCKS
    }


async def test_everything_is_told_as_before(two: tuple[Colleague, Colleague]) -> None:
    """Of every named person, in all fields, with the moment when it was fetched; nobody is asked again."""
    one, other = two
    length = 0
    for patient in (patient for case in one.gateway.population.cases for patient in case.patient_ids):
        told = [await one.gateway.ask(query, id=patient) for query in (EVERYTHING, ONE, PAYERS)]
        await sent(one)
        at_rest(one.gateway.sandbox)

        again = [await other.gateway.ask(query, id=patient) for query in (EVERYTHING, ONE, PAYERS)]

        assert comparable(again) == comparable(told)
        assert calls(one.gateway.sandbox) == {}
        length += len(str(told))
    assert length > 100_000


async def test_what_one_forgets_the_other_asks_anew(two: tuple[Colleague, Colleague]) -> None:
    """Within a second after one is told that a patient changed, the other tells what is true now."""
    one, other = two
    patient = one.gateway.case("primary-and-secondary")
    before = await one.gateway.data(NAME, id=patient)
    assert await other.gateway.data(NAME, id=patient) == before
    changed = edit_json(lambda body: body | {"name": [{"text": "Another Name", "family": "Name"}]})
    one.gateway.canvas.faults.add(Fault(changed, path=f"/Patient/{patient}"))
    assert await other.gateway.data(NAME, id=patient) == before

    forget_patient(one.state["memory"], one.state["connectors"], patient)

    began = time.monotonic()
    while await other.gateway.data(NAME, id=patient) == before:
        assert time.monotonic() - began < 1
    for gateway in (one.gateway, other.gateway):
        assert (await gateway.data(NAME, id=patient))["patient"]["name"] == {"text": "Another Name"}
    one.gateway.canvas.faults.clear()


async def metrics(one: Colleague) -> dict[str, float]:
    """What a gateway measures, by the name of the number and the state that it is of, if any."""
    answer = await one.gateway.http.get("/metrics")
    samples = [sample for family in text_string_to_metric_families(answer.text) for sample in family.samples]
    assert {sample.labels.pop("process") for sample in samples} == {str(os.getpid())}
    return {" ".join([sample.name, *sample.labels.values()]): sample.value for sample in samples}


async def test_the_metrics_tell_how_the_tier_does(two: tuple[Colleague, Colleague]) -> None:
    """Hits, misses and failures of each process, and the state that the tier is in."""
    one, other = two
    patient = one.gateway.case("ordinary")
    await one.gateway.data(NAME, id=patient)
    await sent(one)
    await other.gateway.data(NAME, id=patient)

    found, given = await metrics(one), await metrics(other)

    assert found["gateway_memory_answers"] == given["gateway_memory_answers"] == 1
    assert found["gateway_memory_bytes"] > 1000
    for told, hits, misses in ((found, 0, 1), (given, 1, 0)):
        assert told["gateway_shared_tier_hits_total"] == hits
        assert told["gateway_shared_tier_misses_total"] == misses
        assert told["gateway_shared_tier_failures_total"] == 0
        states = {state: told[f"gateway_shared_tier_state {state.value}"] for state in TierState}
        assert states == {TierState.REACHABLE: 1, TierState.REFUSING: 0, TierState.UNREACHABLE: 0}


@pytest.mark.parametrize("key", [KEY, "none"], ids=["sealed", "open"])
async def test_who_reads_the_server_learns_nothing(
    behind: tuple[Sandbox, Upstreams], redis: RedisServer, key: str
) -> None:
    """No name, date, number or id of anybody, and no credential: in no name, value, lease or drop.

    That they would be found if they stood there is shown without a key.
    """
    sandbox, upstreams = behind
    at_rest(sandbox)
    gate = asyncio.Event()
    async with colleague(sandbox, upstreams, redis, key=key) as one:
        first, *others = (person.id for person in sandbox.population.people[:12])
        for patient in (first, *others):
            await one.gateway.ask(EVERYTHING, id=patient)
        forget_patient(one.state["memory"], one.state["connectors"], first)
        sandbox.canvas.faults.add(Fault(held(gate)))
        asking = asyncio.ensure_future(one.gateway.ask(EVERYTHING, id=first))
        await until(lambda: sandbox.canvas.journal.in_flight > 0)
        await sent(one)
        found = await kept(redis)
        gate.set()
        await asking

    everything = b" ".join(found.values())
    told = {text for text in personal(sandbox) | confidential(upstreams) if text in everything}
    assert any(name.startswith(b"lease:") for name in found)
    assert (len(told) > 100) if key == "none" else (told == set())


async def test_nothing_is_left_of_a_gateway_that_ended(
    behind: tuple[Sandbox, Upstreams], redis: RedisServer
) -> None:
    """No task, and no connection to the server."""
    async with redis.client() as client:
        await client.ping()
        before = asyncio.all_tasks()
        async with colleague(*behind, redis) as one:
            await one.gateway.data(NAME, id=one.gateway.case("ordinary"))
            assert len(await client.client_list()) > 1

        assert {task for task in asyncio.all_tasks() if not task.done()} <= before
        async with asyncio.timeout(5):
            while len(await client.client_list()) > 1:
                await asyncio.sleep(0.005)
