"""What is past its fresh age is given at once, and asked for anew behind it: once, not together, bounded."""

import asyncio
from statistics import median
from typing import Any

import pytest

from connectors.renewals import MOST_RENEWED
from connectors.spare import PATIENCE
from tests.journeys.aging import (
    MOST_MILLISECONDS,
    ON_CANVAS,
    SYSTEMS,
    System,
    aging,
    forget_calls,
    freshness,
    hanging,
    said,
    stale,
    timed,
)
from tests.journeys.conftest import Theatre, until
from tests.journeys.test_insurance_summary import DAY, LIST
from tests.journeys.test_summary import paths

pytestmark = ON_CANVAS

TYPE: dict[System, str] = {"canvas": "Patient", "clinic": "Dependent", "eligibility": "EligibilityCheck"}


def word(answer: dict[str, Any], system: System) -> str:
    """A word that this upstream told."""
    patient = answer["data"]["patient"]
    words = {
        "canvas": patient["name"]["text"].split()[-1],
        "clinic": patient["dependents"][0]["firstName"],
        "eligibility": patient["coverages"][0]["latestEligibility"]["timestamp"][:19],
    }
    return str(words[system])


NEW: dict[System, str] = {"canvas": "Renamed", "clinic": "Renamed", "eligibility": "2025-09-19T09:09:09"}


@pytest.mark.parametrize("system", SYSTEMS)
async def test_a_slow_upstream_delays_nobody(theatre: Theatre, system: System) -> None:
    """While it is asked, readers get the older answer at once; when it has answered, the new one.

    The median of five people is held against the bound: a machine under load may be late for one.
    """
    async with aging(theatre) as gateway:
        people = gateway.whole(5)
        before = {patient: await gateway.marked(patient) for patient in people}
        gateway.clock.go_on(100)
        old = word(before[people[0]], system)
        async with hanging(gateway, system, old, NEW[system]):
            taken = []
            for patient in people:
                answer, milliseconds = await timed(gateway.marked(patient))
                taken.append(milliseconds)
                assert said(answer["data"]) == said(before[patient]["data"])
                assert stale(answer)[TYPE[system]] == 100
        assert median(taken) < MOST_MILLISECONDS

        await gateway.quiet()
        renewed = await gateway.marked(people[0])
        assert (word(renewed, system), stale(renewed)) == (NEW[system], {})


@pytest.mark.parametrize("system", ["canvas", "clinic"])
async def test_a_hung_upstream_costs_the_first_reader_a_second(theatre: Theatre, system: System) -> None:
    """Past the age while revalidate it is waited for; then the older answer is given, to others at once."""
    async with aging(theatre) as gateway:
        (patient,) = gateway.whole(1)
        before = await gateway.marked(patient)
        gateway.clock.go_on(700)
        async with hanging(gateway, system):
            first, waited = await timed(gateway.marked(patient))
            later = [await timed(gateway.marked(patient)) for _ in range(9)]

        for answer in (first, *(answer for answer, _ in later)):
            assert said(answer["data"]) == said(before["data"])
            assert stale(answer)[TYPE[system]] == 700
        assert 1000 * PATIENCE <= waited < 2000 * PATIENCE
        assert median(milliseconds for _, milliseconds in later) < MOST_MILLISECONDS

        await gateway.quiet()
        assert not stale(await gateway.marked(patient))


async def test_eligibility_is_waited_for(theatre: Theatre) -> None:
    """Without an operator's word nothing stands in for it: who asks waits until it has answered."""
    async with aging(theatre) as gateway:
        (patient,) = gateway.whole(1)
        old = word(await gateway.marked(patient), "eligibility")
        gateway.clock.go_on(700)
        async with hanging(gateway, "eligibility", old, NEW["eligibility"]) as gate:
            asking = asyncio.ensure_future(gateway.marked(patient))
            await asyncio.sleep(PATIENCE + 0.1)
            assert not asking.done()
            gate.set()

        assert word(await asking, "eligibility") == NEW["eligibility"]


async def test_many_readers_of_a_stale_key_ask_once(theatre: Theatre) -> None:
    """Fifty questions at once for one person, everything stale: each upstream is asked once for each key."""
    async with aging(theatre) as gateway:
        (patient,) = gateway.whole(1)
        await gateway.marked(patient)
        gateway.clock.go_on(100)
        forget_calls(gateway)
        async with hanging(gateway, "canvas"), hanging(gateway, "clinic"), hanging(gateway, "eligibility"):
            answers = await asyncio.gather(*(gateway.marked(patient) for _ in range(50)))
        assert {stale(answer)["Patient"] for answer in answers} == {100}

        await gateway.quiet()
        assert not stale(await gateway.marked(patient))
        asked = paths(gateway.sandbox)
        assert set(asked.values()) == {1}
        assert len(asked) == 4  # patient, coverages, dependents, eligibility; payors and plans are fresh


async def test_renewals_are_bounded(theatre: Theatre) -> None:
    """A day's list of a hundred, all stale: so many are asked of each upstream, no more; later the rest."""
    async with aging(theatre) as gateway:
        people = gateway.ordinary(100)
        await gateway.data(LIST, ids=people, on=DAY)
        gateway.clock.go_on(100)
        forget_calls(gateway)
        async with hanging(gateway, "canvas"), hanging(gateway, "clinic"), hanging(gateway, "eligibility"):
            for _ in range(3):
                body = await gateway.ask(LIST, ids=people, on=DAY)
                assert "errors" not in body
                assert set(freshness(body).values()) == {100}
            await until(lambda: sum(paths(gateway.sandbox).values()) == 3 * MOST_RENEWED)
            await gateway.ask(LIST, ids=people, on=DAY)
            assert gateway.memory.renewing == sum(paths(gateway.sandbox).values()) == 3 * MOST_RENEWED

        async with asyncio.timeout(30):
            while freshness(await gateway.ask(LIST, ids=people, on=DAY)):
                assert gateway.memory.renewing <= 3 * MOST_RENEWED
                await gateway.quiet()


async def test_what_came_together_is_not_renewed_together(theatre: Theatre) -> None:
    """In the last tenth of their fresh age some of thirty records are asked for anew, and others later."""
    async with aging(theatre) as gateway:
        people = enumerate(gateway.ordinary(30))
        every = " ".join(f'p{place}: patient(id: "{patient}") {{ id }}' for place, patient in people)

        async def renewed() -> int:
            """How many are asked for anew when all are asked for; nothing waits."""
            forget_calls(gateway)
            assert not freshness(await gateway.ask(f"{{ {every} }}"))
            await gateway.quiet()
            return gateway.canvas.journal.count("GET")

        assert await renewed() == 30
        gateway.clock.go_on(53.9)
        assert await renewed() == 0
        gateway.clock.go_on(3)
        assert 0 < await renewed() < 30
