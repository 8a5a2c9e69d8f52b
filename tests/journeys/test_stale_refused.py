"""Nothing stale after a refusal: of our credentials, of one question, or because there is no such record."""

import pytest

from connectors.memory import PAUSE
from sandbox.faults import Act, Fault, status
from tests.journeys.aging import (
    ELIGIBILITY_ALLOWED,
    ON_CANVAS,
    SYSTEMS,
    System,
    aging,
    codes,
    freshness,
    said,
    simulated,
    stale,
)
from tests.journeys.conftest import Theatre

pytestmark = ON_CANVAS

REFUSED, UNAVAILABLE = "UPSTREAM_REFUSED", "UPSTREAM_UNAVAILABLE"
NULL: dict[System, str] = {"canvas": "patient", "clinic": "dependents", "eligibility": "latestEligibility"}
"""The field that is null without what the system told, and that is past its fresh age."""

NAME = "query($id: ID!) { patient(id: $id) { __typename name { text } source { system stale age } } }"
GONE = status(404, {"Content-Type": "application/fhir+json"}, b"{}")


@pytest.mark.parametrize("age", [100, 700], ids=["while revalidate", "on error"])
@pytest.mark.parametrize("system", SYSTEMS)
async def test_revoked_credentials_end_all_that_was_told_under_them(
    theatre: Theatre, system: System, age: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a 401 nothing old is given to any question, not when the upstream fails otherwise either."""
    monkeypatch.setenv(*ELIGIBILITY_ALLOWED)
    async with aging(theatre) as gateway:
        one, other = gateway.whole(2)
        for patient in (one, other):
            await gateway.marked(patient)
        gateway.clock.go_on(age)
        faults = simulated(gateway, system).faults
        faults.add(Fault(status(401)))
        await gateway.marked(one)
        await gateway.quiet()
        assert codes(await gateway.marked(one)) >= {(REFUSED, NULL[system])}
        faults.clear()
        faults.add(Fault(status(503)))

        answer = await gateway.marked(other)

        assert (UNAVAILABLE, NULL[system]) in codes(answer)
        assert system not in {name for name, _ in freshness(answer)}
        summary = (await gateway.summary(other))["data"]["insuranceSummary"] or {"sources": []}
        assert system not in {one["system"] for one in summary["sources"] if one["stale"]}


@pytest.mark.parametrize("system", SYSTEMS)
async def test_new_credentials_are_trusted_anew(
    theatre: Theatre, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is told after the refusal may be given stale again, and what was told before is not."""
    monkeypatch.setenv(*ELIGIBILITY_ALLOWED)
    async with aging(theatre) as gateway:
        (patient,) = gateway.whole(1)
        before = await gateway.marked(patient)
        gateway.clock.go_on(700)
        faults = simulated(gateway, system).faults
        faults.add(Fault(status(401)))
        assert (REFUSED, NULL[system]) in codes(await gateway.marked(patient))
        faults.clear()
        gateway.clock.go_on(1)
        renewed = await gateway.marked(patient)
        assert (said(renewed["data"]), stale(renewed)) == (said(before["data"]), {})

        gateway.clock.go_on(700)
        faults.add(Fault(status(503)))

        answer = await gateway.marked(patient)
        assert "errors" not in answer
        assert set(stale(answer).values()) == {700}


@pytest.mark.parametrize(
    ("act", "code"), [(status(403), REFUSED), (status(422), "UPSTREAM_REJECTED"), (GONE, None)]
)
@pytest.mark.parametrize("age", [100, 700], ids=["while revalidate", "on error"])
async def test_a_refused_question_ends_its_own_answer(
    theatre: Theatre, act: Act, code: str | None, age: int
) -> None:
    """After a 403, another 4xx or a 404 of a patient nothing older is told of them; of another it is."""
    async with aging(theatre) as gateway:
        one, other = gateway.whole(2)
        for patient in (one, other):
            await gateway.data(NAME, id=patient)
        gateway.clock.go_on(age)
        faults = gateway.canvas.faults
        faults.add(Fault(act, path=f"/Patient/{one}"))
        faults.add(Fault(status(503), path=f"/Patient/{other}"))
        for patient in (one, other):
            await gateway.ask(NAME, id=patient)
        await gateway.quiet()

        told, of_the_other = await gateway.ask(NAME, id=one), await gateway.ask(NAME, id=other)

        assert told["data"] == {"patient": None}
        assert codes(told) == ({(code, "patient")} if code else set())
        assert stale(of_the_other) == {"Patient": age}


@pytest.mark.parametrize("act", [status(403), status(422), GONE])
async def test_it_does_not_come_back_when_the_upstream_fails_otherwise(theatre: Theatre, act: Act) -> None:
    """What was ended by a refusal does not stand in for an upstream that is down afterwards."""
    async with aging(theatre) as gateway:
        (patient,) = gateway.whole(1)
        await gateway.data(NAME, id=patient)
        gateway.clock.go_on(100)
        gateway.canvas.faults.add(Fault(act, times=1))
        await gateway.ask(NAME, id=patient)
        await gateway.quiet()
        gateway.canvas.faults.add(Fault(status(503)))
        gateway.clock.go_on(5 + PAUSE)

        assert codes(await gateway.ask(NAME, id=patient)) == {(UNAVAILABLE, "patient")}
