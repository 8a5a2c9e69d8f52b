"""Whole questions: what is answered, and what it costs the EHR."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from sandbox.canvas import Canvas
from sandbox.canvas.switches import CanvasMode
from sandbox.facts import Facts
from tests.journeys.conftest import Gateway, running, sandbox_in, serving_gateway

pytestmark = pytest.mark.asyncio(loop_scope="session")

SUMMARY = """
query Summary($id: ID!) {
  patient(id: $id) {
    name { text }
    coverages {
      id status { code } memberId period { start end } order payor { name } subscriber { display }
    }
  }
}
"""


def summary(facts: Facts) -> dict[str, Any]:
    """The answer to SUMMARY that these facts make right."""
    names = ("id", "status", "memberId", "period", "order", "payor", "subscriber")
    return {
        "name": facts["name"],
        "coverages": [{name: coverage[name] for name in names} for coverage in facts["coverages"]],  # type: ignore[literal-required]
    }


def calls(canvas: Canvas) -> Counter[str]:
    """How often each FHIR path was asked, tokens apart; searches by their query without the paging."""
    asked: Counter[str] = Counter()
    for call in canvas.journal.calls():
        if not call.path.startswith("/auth/"):
            words = [f"{name}={value}" for name, value in call.query if name not in {"_count", "_offset"}]
            asked[" ".join([call.path, *words])] += 1
    return asked


async def test_every_listed_person_is_answered(gateway: Gateway) -> None:
    """For each person of each named case, the graph says what is true of them, and nothing else."""
    population = gateway.population
    for case in population.cases:
        for patient in case.patient_ids:
            facts = population.facts(patient)
            assert (await gateway.data(SUMMARY, id=patient))["patient"] == summary(facts), case.name
    assert gateway.canvas.journal.unknown_params == set()


async def test_ordinary_people_are_answered(gateway: Gateway) -> None:
    """The rest of the population too."""
    population = gateway.population
    for person in population.people[-20:]:
        assert (await gateway.data(SUMMARY, id=person.id))["patient"] == summary(population.facts(person.id))


async def test_a_cold_question_asks_each_key_once_and_a_second_one_nothing(gateway: Gateway) -> None:
    """Each distinct patient, search and organization costs one call; everything remembered costs none."""
    patient = gateway.case("primary-and-secondary")
    first = await gateway.data(SUMMARY, id=patient)
    cold = calls(gateway.canvas)
    gateway.canvas.journal.clear()

    assert await gateway.data(SUMMARY, id=patient) == first
    assert calls(gateway.canvas) == Counter()

    assert set(cold.values()) == {1} or gateway.canvas.switches.mode == "ignores-filters"
    assert len([path for path in cold if path.startswith("/Patient/")]) == 1  # also the subscriber
    assert len([path for path in cold if path.startswith("/Coverage")]) == 1
    assert len([path for path in cold if path.startswith("/Organization/")]) == 2
    assert len(cold) == 4


async def test_a_hundred_equal_questions_at_once_cost_one_set_of_calls(gateway: Gateway) -> None:
    """Whoever asks what is already being asked waits for that answer."""
    patient = gateway.case("primary-and-secondary")
    await gateway.data(SUMMARY, id=patient)
    alone = calls(gateway.canvas)
    gateway.canvas.journal.clear()

    async with serving_gateway(gateway.sandbox, gateway.upstreams) as crowded:
        answers = await asyncio.gather(*(crowded.data(SUMMARY, id=patient) for _ in range(100)))

    assert all(answer == answers[0] for answer in answers)
    assert calls(gateway.canvas) == alone
    assert gateway.canvas.journal.count("POST", "/auth/token/") == 1


async def test_shared_payors_are_asked_once(gateway: Gateway) -> None:
    """Twenty patients in one question cost each distinct payor one call."""
    population = gateway.population
    patients = [person.id for person in population.people if population.coverages_of.get(person.id)][-20:]
    question = (
        "query { "
        + " ".join(
            f'p{number}: patient(id: "{patient}") {{ coverages {{ payor {{ name }} }} }}'
            for number, patient in enumerate(patients)
        )
        + " }"
    )

    answer = await gateway.data(question)

    assert [answer[f"p{number}"]["coverages"] for number in range(20)] == [
        [{"payor": coverage["payor"]} for coverage in population.facts(patient)["coverages"]]
        for patient in patients
    ]
    payors = {
        path: times for path, times in calls(gateway.canvas).items() if path.startswith("/Organization/")
    }
    assert 1 <= len(payors) <= 12
    assert set(payors.values()) == {1}


async def test_more_coverages_than_a_page_are_all_there(mode: CanvasMode) -> None:
    """When the EHR gives ten at a time, twenty-five coverages come in three pages, in order."""
    sandbox = sandbox_in(mode, page_cap=100 if mode == "ignores-filters" else 10)
    async with running(sandbox) as gateway:
        patient = gateway.case("more-than-twenty-coverages")
        answer = await gateway.data(SUMMARY, id=patient)

    assert answer["patient"] == summary(sandbox.population.facts(patient))
    assert sandbox.canvas.journal.count("GET", "/Coverage") >= 3


async def test_an_answer_tells_its_source_and_age(gateway: Gateway) -> None:
    """Each record says which system it came from and how old it is, the same for one operation."""
    patient = gateway.case("ordinary")
    answer = await gateway.data(
        """query($id: ID!) { patient(id: $id) {
             source { system age fetchedAt } coverages { source { system age } } } }""",
        id=patient,
    )

    assert answer["patient"]["source"]["system"] == "canvas"
    assert 0 <= answer["patient"]["source"]["age"] < 30
    assert answer["patient"]["source"]["fetchedAt"].endswith("+00:00")
    assert answer["patient"]["coverages"][0]["source"]["system"] == "canvas"


async def test_parties_lead_to_patients(gateway: Gateway) -> None:
    """A child's subscriber is the holder, whose own record can be asked further."""
    holder, _, child = gateway.population.case("family-shared-member-number").patient_ids
    answer = await gateway.data(
        """query($id: ID!) { patient(id: $id) { coverages {
             subscriber { kind id patient { id name { text } coverages { memberId } } }
             beneficiary { id display } relationship { code } } } }""",
        id=child,
    )
    facts = gateway.population.facts

    (coverage,) = answer["patient"]["coverages"]
    assert coverage["subscriber"]["kind"] == "PATIENT"
    assert coverage["subscriber"]["patient"]["id"] == holder
    assert coverage["subscriber"]["patient"]["name"] == facts(holder)["name"]
    assert coverage["beneficiary"] == {"id": child, "display": facts(child)["name"]["text"]}
    assert coverage["relationship"] == {"code": "CHILD"}


async def test_coverages_can_be_narrowed(gateway: Gateway) -> None:
    """By state, by type, and by a day that the period must cover."""
    patient = gateway.case("cancelled")
    query = """query($id: ID!, $status: [CoverageStatusCode!], $day: Date) {
        patient(id: $id) { coverages(status: $status, periodCovers: $day) { status { code } } } }"""

    async def states(**wanted: object) -> list[str]:
        answer = await gateway.data(query, id=patient, **wanted)
        return [coverage["status"]["code"] for coverage in answer["patient"]["coverages"]]

    assert await states() == ["CANCELLED", "ACTIVE"]
    assert await states(status=["ACTIVE"]) == ["ACTIVE"]
    assert await states(status=["DRAFT"]) == []
    assert await states(day="1901-01-01") == []


async def test_a_payors_coverages_of_a_patient(gateway: Gateway) -> None:
    """An organization knows which of a patient's coverages it pays."""
    patient = gateway.case("primary-and-secondary")
    facts = gateway.population.facts(patient)
    query = """query($id: ID!) { patient(id: $id) { coverages {
                 id payor { coveragesOf(patientId: $id) { id } } } } }"""
    answer = await gateway.data(query, id=patient)

    for coverage in answer["patient"]["coverages"]:
        assert [one["id"] for one in coverage["payor"]["coveragesOf"]] == [coverage["id"]]
    assert len(answer["patient"]["coverages"]) == len(facts["coverages"])
