"""A client says how old the data may be: @freshness(maxAge:)."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from connectors.spare import PATIENCE
from sandbox.faults import Fault, status
from tests.journeys.aging import (
    DEATHS,
    MARKED,
    ON_CANVAS,
    SYSTEMS,
    TYPES,
    Aging,
    Death,
    System,
    aging,
    codes,
    forget_calls,
    fresh,
    freshness,
    hanging,
    mortal,
    said,
    simulated,
    stale,
    timed,
)
from tests.journeys.conftest import ASK, Theatre
from tests.journeys.test_summary import paths

pytestmark = ON_CANVAS

LEAST = "GATEWAY_CACHE__LEAST_MAX_AGE"
OF: dict[System, set[str]] = {
    "canvas": {"Patient", "Coverage", "Organization"},
    "clinic": {"Dependent", "InsurancePlan"},
    "eligibility": {"EligibilityCheck"},
}


def aged(age: object) -> str:
    """The README's question, for data of such an age."""
    return MARKED.replace("($id: ID!)", f"($id: ID!) @freshness(maxAge: {age})")


BY_VARIABLE = MARKED.replace("($id: ID!)", "($id: ID!, $age: Int) @freshness(maxAge: $age)")


async def asked_for(gateway: Aging, query: str, **variables: object) -> Counter[str]:
    """What the upstreams are asked for by this question, which must go well, and behind it."""
    forget_calls(gateway)
    await gateway.data(query, **variables)
    await gateway.quiet()
    return paths(gateway.sandbox)


async def test_with_zero_everything_is_asked_anew(theatre: Theatre) -> None:
    """Each key is asked for once, as by somebody who is the first, and nothing in the answer is stale."""
    async with aging(theatre) as gateway:
        (patient,) = gateway.whole(1)
        cold = await asked_for(gateway, MARKED, id=patient)
        gateway.clock.go_on(10)

        assert await asked_for(gateway, aged(0), id=patient) == cold

        answer = await gateway.ask(aged(0), id=patient)
        assert fresh(answer) == TYPES
        assert "extensions" not in answer


async def test_between_no_age_and_zero(theatre: Theatre) -> None:
    """What is younger than the age is given without asking; what is as old is asked for."""
    async with aging(theatre) as gateway:
        (patient,) = gateway.whole(1)
        cold = await asked_for(gateway, MARKED, id=patient)
        gateway.clock.go_on(29)
        assert not await asked_for(gateway, aged(30), id=patient)
        gateway.clock.go_on(1)
        assert await asked_for(gateway, aged(30), id=patient) == cold
        assert not await asked_for(gateway, aged(30), id=patient)


async def test_a_higher_age_forbids_nothing(theatre: Theatre) -> None:
    """Past its fresh age and younger than the age asked for, it is given as ever: stale, and renewed."""
    async with aging(theatre) as gateway:
        (patient,) = gateway.whole(1)
        await gateway.marked(patient)
        gateway.clock.go_on(100)

        answer = await gateway.ask(aged(1000), id=patient)

        assert stale(answer)["Patient"] == 100
        await gateway.quiet()
        assert not stale(await gateway.marked(patient))


async def test_an_age_that_is_met_makes_nobody_wait(theatre: Theatre) -> None:
    """A hung upstream costs a client whose wish the older answer meets no more than one without a wish."""
    async with aging(theatre) as gateway:
        (patient,) = gateway.whole(1)
        await gateway.marked(patient)
        gateway.clock.go_on(700)
        async with hanging(gateway, "canvas"):
            answer, waited = await timed(gateway.ask(aged(1000), id=patient))

        assert stale(answer)["Patient"] == 700
        assert 1000 * PATIENCE <= waited < 2000 * PATIENCE


async def test_who_asks_for_younger_data_waits_for_them(theatre: Theatre) -> None:
    """A slow upstream is waited for, longer than by others, when the older answer is not young enough."""
    async with aging(theatre) as gateway:
        (patient,) = gateway.whole(1)
        await gateway.marked(patient)
        gateway.clock.go_on(10)
        async with hanging(gateway, "canvas") as gate:
            asking = asyncio.ensure_future(gateway.ask(aged(0), id=patient))
            await asyncio.sleep(PATIENCE + 0.1)
            assert not asking.done()
            gate.set()

        assert fresh(await asking) == TYPES


@pytest.mark.parametrize(("death", "age"), [*((death, 10) for death in DEATHS), ("503", 100), ("503", 700)])
@pytest.mark.parametrize("system", ["canvas", "clinic"])
async def test_when_the_upstream_is_down_the_older_answer_is_given(
    theatre: Theatre, system: System, death: Death, age: int
) -> None:
    """It is marked as stale, also when it is younger than its fresh age; the others' records are new."""
    async with mortal(theatre, system, death) as (gateway, kill):
        (patient,) = gateway.whole(1)
        before = await gateway.marked(patient)
        gateway.clock.go_on(age)
        await kill()

        answer = await gateway.ask(aged(0), id=patient)

        assert "errors" not in answer
        assert said(answer["data"]) == said(before["data"])
        assert stale(answer) == dict.fromkeys(OF[system], age)
        assert fresh(answer) == TYPES - OF[system]
        assert {name for name, _ in freshness(answer)} == {system}
        assert set(freshness(answer).values()) == {age}


@pytest.mark.parametrize("death", DEATHS)
async def test_eligibility_that_cannot_be_confirmed_now_is_not_given(theatre: Theatre, death: Death) -> None:
    """Although younger than its fresh age it is null, with its code; who does not ask for it now gets it."""
    async with mortal(theatre, "eligibility", death) as (gateway, kill):
        (patient,) = gateway.whole(1)
        await gateway.marked(patient)
        gateway.clock.go_on(10)
        await kill()

        answer = await gateway.ask(aged(0), id=patient)

        assert codes(answer) == {("UPSTREAM_UNAVAILABLE", "latestEligibility")}
        assert not stale(answer)
        assert "errors" not in await gateway.marked(patient)


async def test_an_age_below_zero_is_refused(theatre: Theatre) -> None:
    """It is bad input, 400, and costs no call, whether it is written down or a variable."""
    async with aging(theatre) as gateway:
        for query, variables in ((aged(-1), {}), (BY_VARIABLE, {"age": -1})):
            told = {"query": query, "variables": {"id": gateway.whole(1)[0], **variables}}
            answer = await gateway.http.post("/graphql", json=told, headers=ASK)

            assert answer.status_code == 400
            (error,) = answer.json()["errors"]
            assert error["extensions"]["code"] == "BAD_USER_INPUT"
            assert "data" not in answer.json()
        assert not paths(gateway.sandbox)


async def test_it_may_be_a_variable(theatre: Theatre) -> None:
    """A variable says the same; null and none at all say nothing."""
    async with aging(theatre) as gateway:
        (patient,) = gateway.whole(1)
        cold = await asked_for(gateway, BY_VARIABLE, id=patient, age=0)
        gateway.clock.go_on(10)
        for variables in ({}, {"age": None}, {"age": 11}):
            assert not await asked_for(gateway, BY_VARIABLE, id=patient, **variables)

        assert await asked_for(gateway, BY_VARIABLE, id=patient, age=10) == cold


async def test_the_operators_least_age_bounds_it(theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data younger than the operator's least are not asked for anew, whatever a client asks for."""
    monkeypatch.setenv(LEAST, "30")
    async with aging(theatre) as gateway:
        (patient,) = gateway.whole(1)
        cold = await asked_for(gateway, MARKED, id=patient)
        gateway.clock.go_on(29)
        assert not await asked_for(gateway, aged(0), id=patient)

        gateway.clock.go_on(1)

        assert await asked_for(gateway, aged(0), id=patient) == cold


async def test_refused_credentials_leave_nothing(theatre: Theatre) -> None:
    """Who asks for everything now, and meets credentials that are refused, gets the error and nothing old."""
    for system in SYSTEMS:
        async with aging(theatre) as gateway:
            (patient,) = gateway.whole(1)
            await gateway.marked(patient)
            gateway.clock.go_on(10)
            simulated(gateway, system).faults.add(Fault(status(401)))

            answer: dict[str, Any] = await gateway.ask(aged(0), id=patient)

            assert {code for code, _ in codes(answer)} == {"UPSTREAM_REFUSED"}
            assert not stale(answer)
