"""How an answer came about: which reads, whether they were remembered, and what led to each."""

import asyncio
import json
from collections.abc import Iterable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from graphql import ExecutionResult

from app.graphql.execution import execute
from app.graphql.operation import Operations
from app.settings import Settings
from app.upstreams import connect
from connectors.memory import Memory
from connectors.payers import Payers
from connectors.pins import Pins
from resolvers.access import Principal
from resolvers.context import Context
from resolvers.explain import Explanation
from schema.query import graph
from tests.journeys.aging import (
    ON_CANVAS,
    SUMMARY,
    Aging,
    aging,
    hanging,
    secrets,
)
from tests.journeys.conftest import ASK, Theatre, settings_of, until
from tests.journeys.test_insurance_summary import DAY
from tests.journeys.test_summary import QUESTION

pytestmark = ON_CANVAS

EXPLAIN = {"X-Gateway-Explain": "1"}
SCHEMA = graph().schema


async def told(gateway: Aging, query: str, patient: str, headers: dict[str, str] = EXPLAIN) -> dict[str, Any]:
    """The extensions of an answer that must have no errors."""
    variables = {"id": patient, **({"on": DAY} if "$on" in query else {})}
    told = {"query": query, "variables": variables}
    body = (await gateway.http.post("/graphql", json=told, headers=ASK | headers)).json()
    assert "errors" not in body
    extensions: dict[str, Any] = body.get("extensions", {})
    return extensions


async def explained(gateway: Aging, query: str, patient: str) -> list[dict[str, Any]]:
    """The reads behind an answer."""
    reads: list[dict[str, Any]] = (await told(gateway, query, patient))["explain"]
    return reads


def led_to(reads: Iterable[dict[str, Any]]) -> set[tuple[str, tuple[str, ...]]]:
    """Each method with the methods that led to it."""
    method = {one["read"]: one["method"] for one in reads}
    return {(one["method"], tuple(method[parent] for parent in one["parents"])) for one in reads}


PATIENT, COVERAGES = "Canvas.patient", "Canvas.coverages_of"
OF_QUESTION = {
    (PATIENT, ()),
    (COVERAGES, ()),
    ("Canvas.organization", (COVERAGES,)),
    ("Clinic.plans", (COVERAGES,)),
    ("Eligibility.history", (PATIENT, COVERAGES)),
    ("Clinic.dependents_of", (PATIENT,)),
}
OF_SUMMARY = {
    (PATIENT, ()),
    (COVERAGES, ()),
    ("Clinic.plans", ()),
    ("Canvas.organization", (PATIENT, COVERAGES)),
    ("Eligibility.history", (PATIENT, COVERAGES)),
    ("Clinic.dependents_of", (PATIENT,)),
}


@pytest.mark.parametrize(("query", "expected"), [(QUESTION, OF_QUESTION), (SUMMARY, OF_SUMMARY)])
async def test_cold_each_read_tells_what_led_to_it(theatre: Theatre, query: str, expected: object) -> None:
    """Patient and coverages go out side by side; payors follow from coverages, eligibility from both."""
    async with aging(theatre, explain=True) as gateway:
        reads = await explained(gateway, query, gateway.case("two-payors"))

    assert led_to(reads) == expected
    assert [one["read"] for one in reads] == list(range(1, len(reads) + 1))
    assert {one["how"] for one in reads} == {"MISS"}
    assert {one["age"] for one in reads} == {0}
    assert all(one["milliseconds"] > 0 for one in reads)
    assert all(parent < one["read"] for one in reads for parent in one["parents"])


async def test_one_patient_has_as_many_reads_as_keys(theatre: Theatre) -> None:
    """A person with two coverages: two payors, two checks, and one of everything else."""
    async with aging(theatre, explain=True) as gateway:
        reads = await explained(gateway, QUESTION, gateway.case("two-payors"))

    twice = {"Canvas.organization", "Eligibility.history"}
    methods = [one["method"] for one in reads]
    assert {name: methods.count(name) for name in methods} == {
        name: 2 if name in twice else 1 for name, _ in OF_QUESTION
    }


async def test_warm_all_are_hits(theatre: Theatre) -> None:
    """What was remembered tells its age, and took no time."""
    async with aging(theatre, explain=True) as gateway:
        patient = gateway.case("two-payors")
        await explained(gateway, QUESTION, patient)
        gateway.clock.go_on(30)

        reads = await explained(gateway, QUESTION, patient)

    assert {one["how"] for one in reads} == {"HIT"}
    assert {one["age"] for one in reads} == {30}
    assert {one["milliseconds"] for one in reads} == {0}


async def test_stale_reads_are_told_as_such(theatre: Theatre) -> None:
    """What is past its fresh age is STALE, with the age; what lasts longer is still a HIT."""
    async with aging(theatre, explain=True) as gateway:
        patient = gateway.case("two-payors")
        await explained(gateway, QUESTION, patient)
        gateway.clock.go_on(100)

        reads = await explained(gateway, QUESTION, patient)

    stale = {PATIENT, COVERAGES, "Eligibility.history", "Clinic.dependents_of"}
    assert {one["method"] for one in reads if one["how"] == "STALE"} == stale
    assert {one["how"] for one in reads if one["method"] not in stale} == {"HIT"}
    assert {one["age"] for one in reads} == {100}


async def test_who_comes_second_joins(theatre: Theatre) -> None:
    """A read whose answer is on its way for another is JOINED."""
    query = "query($id: ID!) { patient(id: $id) { name { text } } }"
    async with aging(theatre, explain=True) as gateway:
        patient = gateway.case("two-payors")
        flights = gateway.memory._flights._flights
        async with hanging(gateway, "canvas") as gate:
            both = asyncio.gather(*(explained(gateway, query, patient) for _ in range(2)))
            await until(lambda: [len(one._waiting) for one in flights.values()] == [2])
            gate.set()

            assert sorted(one["how"] for reads in await both for one in reads) == ["JOINED", "MISS"]


async def test_nothing_of_anybody_is_told(theatre: Theatre) -> None:
    """No id, name, number or birth date is in it: six facts of each read, methods by their names."""
    async with aging(theatre, explain=True) as gateway:
        for patient in gateway.whole(3):
            for query in (QUESTION, SUMMARY):
                reads = await explained(gateway, query, patient)

                assert {frozenset(one) for one in reads} == {
                    frozenset(("read", "method", "how", "age", "milliseconds", "parents"))
                }
                text = json.dumps([one | {"milliseconds": 0} for one in reads])  # 1115 ms are nobody's id
                assert not [one for one in secrets(gateway.population.facts(patient)) if one in text]


@pytest.mark.parametrize(
    ("explain", "headers"), [(True, {}), (True, {"X-Gateway-Explain": "0"}), (False, EXPLAIN), (False, {})]
)
async def test_only_who_asks_where_it_is_allowed_is_told(
    theatre: Theatre, headers: dict[str, str], *, explain: bool
) -> None:
    """Without the header, or with the setting off, there is nothing of it."""
    async with aging(theatre, explain=explain) as gateway:
        assert "explain" not in await told(gateway, QUESTION, gateway.case("ordinary"), headers)


async def test_without_a_word_of_the_operator_nobody_is_told(theatre: Theatre) -> None:
    """An operator must have switched it on."""
    async with aging(theatre) as gateway:
        assert "explain" not in await told(gateway, QUESTION, gateway.case("ordinary"))


EVERYBODY, NOBODY = Principal("desk", "clinic", None), Principal("anybody", "clinic", frozenset())


async def extensions(gateway: Aging, memory: Memory, principal: Principal) -> dict[str, Any]:
    """What this principal, who asks for an explanation, is told beside the data of one patient."""
    prepared = Operations(SCHEMA).prepare(SUMMARY, None)
    variables = {"id": gateway.case("two-payors"), "on": DAY}
    async with AsyncExitStack() as closing:
        connectors = connect(Settings(**dict(settings_of(gateway.upstreams))), "test", Payers(), closing)
        pins, now = Pins(memory, connectors), gateway.clock.now()
        context = Context(principal, pins, now, explanation=Explanation())
        result = execute(SCHEMA, prepared, variables, context)
        if not isinstance(result, ExecutionResult):
            await result
        await until(lambda: not memory.renewing)
    return context.extensions()


async def test_who_may_not_see_everybody_is_not_told(theatre: Theatre) -> None:
    """That there was something to read, fresh or stale, tells of patients who are nobody to them."""
    async with aging(theatre) as gateway:
        memory = Memory(clock=gateway.clock)
        for _ in range(2):
            assert (await extensions(gateway, memory, EVERYBODY))["explain"]
            gateway.clock.go_on(100)
            assert await extensions(gateway, memory, NOBODY) == {}
            gateway.clock.go_on(100)
        assert (await extensions(gateway, memory, EVERYBODY))["freshness"]


async def test_who_may_see_one_is_told_how_old_theirs_is(theatre: Theatre) -> None:
    """Of what was shown to them they are told each stale source, of every system."""
    async with aging(theatre) as gateway:
        patient = gateway.case("two-payors")
        memory = Memory(clock=gateway.clock)
        await extensions(gateway, memory, EVERYBODY)
        gateway.clock.go_on(100)

        told = await extensions(gateway, memory, Principal("own", "clinic", frozenset({patient})))

        kinds = {one["kind"] for one in told["freshness"]}
        assert kinds == {"patients", "coverages", "dependents", "eligibility"}
        assert "explain" not in told
