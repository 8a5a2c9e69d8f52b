"""A patient is forgotten while answers are on their way."""

from typing import Any

import pytest

from connectors.bulkhead import Bulkhead
from connectors.canvas.connector import Canvas
from connectors.clinic.connector import Clinic
from connectors.drop import Drop, slot_text
from connectors.eligibility.connector import Eligibility
from connectors.eligibility.search import HistorySearch
from connectors.forget import forget_patient
from connectors.memory import Memory
from connectors.reading import How
from sandbox.identifiers import CLINIC_SYSTEM, ELIGIBILITY_SYSTEM
from tests.clock import OwnClock
from tests.connectors.everybody import Connected, Question, connected, kept, people, person, slot
from tests.connectors.sharing import until


def _under_way() -> list[Question]:
    """Questions whose answers tell, or may tell, of the holder of a family."""
    holder, _, child = (person("family-shared-member-number", place) for place in range(3))
    (coverage,) = people().coverages_of[holder.id]
    number = holder.known_as(ELIGIBILITY_SYSTEM) or ""
    return [
        (Canvas.patient, holder.id),
        (Canvas.coverages_of, holder.id),
        (Canvas.coverage, coverage.id),
        (Canvas.coverages_of, child.id),
        (Canvas.coverages_under, coverage.member_id),
        (Clinic.dependents_of, holder.known_as(CLINIC_SYSTEM)),
        (Eligibility.history, HistorySearch(patient_id=number, member_id=coverage.member_id)),
    ]


@pytest.mark.parametrize("question", _under_way(), ids=lambda question: repr(question[0]))
@pytest.mark.parametrize("known", [True, False], ids=["linked", "unknown"])
async def test_what_is_on_its_way_reaches_those_who_wait_and_is_not_kept(
    question: Question,
    known: bool,  # noqa: FBT001  # a case
) -> None:
    """A later reader does not join it, but asks anew; that answer is kept."""
    house, memory, closed = connected(), Memory(), Bulkhead(0)
    fetch, key = question
    connector = house.connectors[fetch.connector]
    holder = person("family-shared-member-number").id
    if known:
        await _read(memory, house, (Canvas.patient, holder))
    if fetch is Canvas.patient:
        memory.drop(Drop(key=slot_text(slot(question))))
    calls = house.calls
    waiting = memory.read(connector, fetch, key, gate=closed)
    assert memory.read(connector, fetch, key).how is How.JOINED

    forget_patient(memory, house.connectors, holder)
    later = memory.read(connector, fetch, key)

    assert later.how is How.MISS
    closed.leave()
    assert await waiting.answer is not await later.answer
    assert memory.known(connector, fetch, key) is await later.answer
    assert house.calls == calls + 2
    await memory.aclose()


async def test_what_arrives_after_it_was_forgotten_is_not_kept() -> None:
    """Also when nobody has asked again meanwhile."""
    house, memory, closed = connected(), Memory(), Bulkhead(0)
    one = person("ordinary").id
    waiting = memory.read(house.connectors[Canvas], Canvas.patient, one, gate=closed)

    forget_patient(memory, house.connectors, one)
    closed.leave()

    assert (await waiting.answer).id == one
    assert not kept(memory)
    await memory.aclose()


async def test_the_renewal_of_another_patient_costs_their_record_nothing() -> None:
    """What is being asked anew for them is not kept, since it may name the one forgotten; the old one is."""
    clock, house = OwnClock(), connected()
    memory, other = Memory(clock=clock), (Canvas.coverages_of, person("two-payors").id)
    one = await _read(memory, house, (Canvas.patient, person("ordinary").id))
    before = await _read(memory, house, other)
    clock.go_on(70)
    assert await _read(memory, house, other) is before
    assert memory.renewing == 1

    forget_patient(memory, house.connectors, one.id)
    await until(lambda: not memory.renewing)

    assert memory.known(house.connectors[Canvas], *other) is before
    await memory.aclose()


async def _read(memory: Memory, house: Connected, question: Question) -> Any:
    reading = memory.read(house.connectors[question[0].connector], *question)
    return await reading.answer if reading.pending else reading.answer
