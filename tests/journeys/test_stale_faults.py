"""Whatever goes wrong while answers are renewed reaches no client, no log, and leaves nothing behind."""

import asyncio
import logging
import re
from collections.abc import Iterable
from typing import Any

import pytest

from connectors.memory import PAUSE
from sandbox.connection_faults import cut_off, hang_up, oversized, reset, slow, trickle
from sandbox.faults import (
    Act,
    Fault,
    edit,
    edit_json,
    gzipped,
    html_page,
    nested,
    redirect,
    status,
    truncated,
)
from tests.journeys.aging import (
    ELIGIBILITY_ALLOWED,
    ON_CANVAS,
    SYSTEMS,
    Aging,
    aging,
    said,
    secrets,
    simulated,
    stale,
)
from tests.journeys.conftest import Theatre, until, written

pytestmark = ON_CANVAS

PEOPLE = 2
FAULTS: dict[str, Act] = {
    "500": status(500),
    "503, come back in an hour": status(503, {"Retry-After": "3600"}),
    "429": status(429, {"Retry-After": "3600"}),
    "a redirect": redirect("https://elsewhere.example/"),
    "a page": html_page(),
    "a page that tells 404": html_page(404),
    "nested": nested(),
    "truncated": truncated(),
    "compressed": gzipped(),
    "a bomb": gzipped(5),
    "oversized": oversized(5),
    "empty": edit(lambda _: b""),
    "no UTF-8": edit(lambda body: body + b"\xff"),
    "a list": edit(lambda body: b"[" + body + b"]"),
    "other names": edit_json(lambda body: {f"{name}?": value for name, value in body.items()}),
    "nothing but numbers": edit_json(lambda body: dict.fromkeys(body, 7)),
    "hung up": hang_up(),
    "reset": reset(),
    "cut off": cut_off(),
}
HANGING: dict[str, Act] = {"slow": slow(3600), "trickling": trickle(0.1)}
STALE = {"Patient", "Coverage", "Dependent", "EligibilityCheck"}
"""What is past its fresh age after a hundred seconds."""


def told_of(gateway: Aging, people: Iterable[str], caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged of these people. A short number is a word of its own: it may lie within a port's."""
    log = written(caplog)
    assert log
    every = {one for patient in people for one in secrets(gateway.population.facts(patient))}
    return [one for one in every if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", log)]


async def _grown_old(gateway: Aging) -> dict[str, dict[str, Any]]:
    """The first answers to some people, which have become stale."""
    before = {patient: await gateway.marked(patient) for patient in gateway.whole(PEOPLE)}
    gateway.clock.go_on(100)
    return before


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_reaches_nobody(
    theatre: Theatre, name: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All is answered as before, however the renewal failed; nothing personal is logged."""
    monkeypatch.setenv(*ELIGIBILITY_ALLOWED)
    caplog.set_level(logging.DEBUG)
    before_all = asyncio.all_tasks()
    async with aging(theatre) as gateway:
        before = await _grown_old(gateway)
        for system in SYSTEMS:
            path = "/apis/eligibility" if system == "eligibility" else "/"
            simulated(gateway, system).faults.add(Fault(FAULTS[name], path=path))
        for _ in range(2):
            for patient, first in before.items():
                answer = await gateway.marked(patient)
                assert "errors" not in answer
                assert said(answer["data"]) == said(first["data"])
                assert stale(answer).keys() == STALE
            await gateway.quiet()
            gateway.clock.go_on(PAUSE)
        assert not list(gateway.memory._flights)

    assert not told_of(gateway, before, caplog)
    await until(lambda: asyncio.all_tasks() <= before_all)


@pytest.mark.parametrize("name", HANGING)
async def test_a_hanging_renewal_ends_with_the_gateway(
    theatre: Theatre, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A gateway that stops waits for none of its renewals, and leaves neither a task nor an upstream call."""
    caplog.set_level(logging.DEBUG)
    before_all = asyncio.all_tasks()
    async with aging(theatre) as gateway:
        before = await _grown_old(gateway)
        for system in SYSTEMS:
            simulated(gateway, system).faults.add(Fault(HANGING[name]))
        for patient, first in before.items():
            assert said((await gateway.marked(patient))["data"]) == said(first["data"])
        in_flight = [simulated(gateway, system).journal for system in SYSTEMS]
        await until(lambda: all(journal.in_flight for journal in in_flight))

    assert not list(gateway.memory._flights)
    assert not told_of(gateway, before, caplog)
    await until(lambda: not any(journal.in_flight for journal in in_flight))
    await until(lambda: asyncio.all_tasks() <= before_all)
