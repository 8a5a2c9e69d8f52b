"""Forgetting a patient: whatever may tell of them is asked anew, and little else."""

import re
from collections.abc import Iterable
from functools import cache
from types import SimpleNamespace
from typing import cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.cache import Kind
from connectors.canvas.connector import Canvas
from connectors.canvas.search import PatientSearch
from connectors.clinic.connector import Clinic
from connectors.clinic.records import PersonInformation
from connectors.drop import Drop, slot_text
from connectors.eligibility.connector import Eligibility
from connectors.eligibility.history import History
from connectors.eligibility.search import HistorySearch
from connectors.fhir.coverage import Coverage
from connectors.fhir.links import AMBIGUOUS, Link, Links, LinkState
from connectors.fhir.patient import Patient
from connectors.fhir.reference import Reference
from connectors.fhir.related_person import RelatedPerson
from connectors.forget import forget_patient
from connectors.listing import Found, Listing, Place, SearchPage
from connectors.memory import Memory
from connectors.slot import Slot
from connectors.store import records
from connectors.store.records import PLACES
from connectors.store.tier import SharedTier
from sandbox.identifiers import CLINIC_SYSTEM, DEPENDENT_SYSTEM, ELIGIBILITY_SYSTEM
from sandbox.people import Person
from tests.clock import OwnClock
from tests.connectors.everybody import (
    CONNECTORS,
    Question,
    answers,
    kept,
    of_nobody,
    of_person,
    people,
    person,
    questions,
    slot,
)

P, LINKED = "p", Link(state=LinkState.LINKED, id="7")


def remembering(known: Iterable[tuple[Slot, object]]) -> Memory:
    """A memory of these answers, which have just come."""
    memory = Memory(clock=OwnClock())
    for where, answer in known:
        memory.arrived(where, answer, 0.0)
    return memory


def is_search(where: Slot) -> bool:
    """Whether its answer may change with anybody, whom it need not name."""
    return where[1] in {
        Canvas.patients,
        Canvas.patients_linked,
        Canvas.coverages_under,
        Clinic.person_informations,
        Clinic.dependents,
    }


@cache
def as_text(where: Slot) -> str:
    """A question's key and its answer, in JSON."""
    return msgspec.json.encode([where[2], answers()[where]], enc_hook=lambda _: None).decode()


def names(where: Slot, one: Person) -> bool:
    """Whether an answer, or what it answers, has an id of this person in it."""
    realm, text = where[0], as_text(where)
    ids = {"the ehr": [rf"\b{one.id}\b"], "the clinic": [], "the service": []}
    if clinic_id := one.known_as(CLINIC_SYSTEM):
        ids["the clinic"] += [rf'"(ownable|primary_holder)_id":{clinic_id}\b', rf'^\["{clinic_id}"']
    if row := one.known_as(DEPENDENT_SYSTEM):
        ids["the clinic"].append(rf'"id":{row}\b[^{{}}]*"primary_holder_id"')
        ids["the clinic"].append(rf'"primary_holder_id"[^{{}}]*"id":{row}\b')
    if number := one.known_as(ELIGIBILITY_SYSTEM):
        ids["the service"].append(rf'"patient_id":"?{number}\b')
    return any(re.search(pattern, text) for pattern in ids[realm])


@cache
def naming(one: Person) -> list[Slot]:
    """Whatever names this person."""
    return [where for where in answers() if names(where, one)]


@pytest.mark.parametrize(
    ("case", "nth", "also"),
    [
        ("family-shared-member-number", 0, ["coverages of the wife", "coverage of the child"]),
        ("family-shared-member-number", 2, ["dependents of the holder"]),
        ("related-person-subscriber", 0, ["related person"]),
        ("patient-as-payor", 0, []),
        ("absolute-references", 0, []),
    ],
)
def test_whatever_tells_of_the_patient_is_asked_anew(case: str, nth: int, also: list[str]) -> None:
    """Records and lists of theirs in each system, those of others that name them, and every search."""
    one = person(case, nth)
    memory = remembering(answers().items())
    holder, wife, child = (person("family-shared-member-number", place) for place in range(3))
    others: dict[str, Question] = {
        "coverages of the wife": (Canvas.coverages_of, wife.id),
        "coverage of the child": (Canvas.coverage, people().coverages_of[child.id][0].id),
        "dependents of the holder": (Clinic.dependents_of, holder.known_as(CLINIC_SYSTEM)),
        "related person": (Canvas.related_person, people().relatives[0].id),
    }
    theirs = {slot(question) for question in of_person(one)} | {slot(others[name]) for name in also}
    searches = {where for where in answers() if is_search(where)}

    forgotten = forget_patient(memory, CONNECTORS, one.id)

    gone = answers().keys() - kept(memory)
    assert {repr(where[1]) for where in theirs} >= {
        "Canvas.patient",
        "Canvas.coverages_of",
        "Canvas.coverage",
    }
    assert gone >= theirs | searches
    assert forgotten == len(gone)


@pytest.mark.parametrize("places", [1, PLACES])
def test_what_is_of_others_stays(places: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By their ids everybody else is as known as before, and payors and plans are; places may be shared."""
    monkeypatch.setattr(records, "PLACES", places)
    memory = remembering(answers().items())

    forget_patient(memory, CONNECTORS, person("two-payors").id)

    ordinary = {slot(question) for question in of_person(person("ordinary"))}
    assert len(ordinary) == 11
    assert {where for where in ordinary if not is_search(where)} <= kept(memory)
    assert {slot(question) for question in of_nobody()} <= kept(memory)


def test_without_the_patients_record_everybody_is_forgotten_elsewhere() -> None:
    """Nobody can tell whose answers are theirs at the clinic and the service: only plans stay there."""
    one, other = person("two-payors"), person("ordinary")
    memory = remembering(answers().items())
    memory.drop(Drop(key=slot_text(slot((Canvas.patient, one.id)))))

    forget_patient(memory, CONNECTORS, one.id)

    elsewhere = {where for where in kept(memory) if where[0] != "the ehr"}
    assert {where[1].policy.kind for where in elsewhere} == {Kind.PLANS}
    assert slot((Canvas.patient, other.id)) in kept(memory)


def test_a_patient_who_is_known_to_be_none_may_be_anybody_elsewhere() -> None:
    """That there is no such patient tells no ids: the same as knowing nothing."""
    where, answer = _history("12")
    memory = remembering([(slot((Canvas.patient, P)), None), (where, answer)])

    assert forget_patient(memory, CONNECTORS, P) == 2


@given(st.sampled_from(people().people), st.data())
def test_no_trace_is_left(one: Person, data: st.DataObject) -> None:
    """Whatever was remembered, nothing that is left names the patient, and nothing else went in vain."""
    some = data.draw(st.sets(st.sampled_from(naming(one))) | st.just(set(naming(one))))
    some |= data.draw(st.sets(st.sampled_from(list(answers()))))
    memory = remembering((where, answers()[where]) for where in some)
    before = kept(memory)
    itself = slot((Canvas.patient, one.id)) in before

    forgotten = forget_patient(memory, CONNECTORS, one.id)

    left = kept(memory)
    assert forgotten == len(before) - len(left)
    assert not left.intersection(naming(one))
    for where in before - left:
        assert (
            where in naming(one)
            or is_search(where)
            or (where[0] != "the ehr" and not itself and where[1].is_personal)
        )


def test_the_searcher_of_traces_finds_them() -> None:
    """What the property looks with would see a trace of anybody in any answer to their own questions."""
    for one in people().people:
        for question in of_person(one):
            where = slot(question)
            assert where in naming(one)


def _patient(**links: Link) -> Patient:
    known = {"clinic": LINKED, "eligibility": LINKED, **links}
    return Patient(id=P, links=Links(**known))


def _history(patient_id: str) -> tuple[Slot, object]:
    search = HistorySearch(patient_id=patient_id, member_id="M")
    return slot((Eligibility.history, search)), History(code=2000)


def _information(row: int, ownable_id: int | None, kind: str | None = "Patient") -> tuple[Slot, object]:
    record = PersonInformation(wire_id=row, ownable_id=ownable_id, ownable_type=kind)
    return slot((Clinic.person_information, str(row))), record


@pytest.mark.parametrize("written", ["7", "007"])
def test_ids_are_numbers_however_they_are_written(written: str) -> None:
    """The EHR may keep an id with zeros before it, which both systems take as the same number."""
    link = Link(state=LinkState.LINKED, id=written)
    memory = remembering(
        [
            (slot((Canvas.patient, P)), _patient(clinic=link, eligibility=link)),
            (slot((Clinic.dependents_of, written)), Listing(items=())),
            (slot((Clinic.dependents_of, "70")), Listing(items=())),
            _information(1, 7),
            _information(2, 70),
            _history("7"),
            _history(written),
            _history("70"),
        ]
    )

    forget_patient(memory, CONNECTORS, P)

    assert kept(memory) == {slot((Clinic.dependents_of, "70")), _information(2, 70)[0], _history("70")[0]}


@pytest.mark.parametrize(
    ("links", "left"),
    [
        ({"clinic": AMBIGUOUS}, {"service"}),
        ({"dependent": AMBIGUOUS}, {"service"}),
        ({"eligibility": AMBIGUOUS}, {"clinic"}),
    ],
)
def test_where_it_is_told_twice_who_they_are_everybody_is_forgotten(
    links: dict[str, Link], left: set[str]
) -> None:
    """Both ids may be theirs, and what was asked by one of them may be remembered."""
    others = {"clinic": _information(1, 8), "service": _history("8")}
    memory = remembering([(slot((Canvas.patient, P)), _patient(**links)), *others.values()])

    forget_patient(memory, CONNECTORS, P)

    assert kept(memory) == {others[name][0] for name in left}


def test_a_search_may_know_another_link_than_the_record() -> None:
    """The record by id may be older than a link under which answers came by another way."""
    search = PatientSearch(name="p", first=1, start=Place())
    newer = _patient(clinic=Link(state=LinkState.LINKED, id="8"))
    page = SearchPage(found=(Found(record=newer, after=Place()),), more=False, total=1)
    memory = remembering(
        [
            (slot((Canvas.patient, P)), _patient(clinic=Link(state=LinkState.NOT_LINKED))),
            (slot((Canvas.patients, search)), page),
            _information(1, 8),
            _information(2, 9),
        ]
    )

    forget_patient(memory, CONNECTORS, P)

    assert kept(memory) == {_information(2, 9)[0]}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ((Canvas.related_person, "r"), RelatedPerson(id="r")),
        ((Canvas.coverage, "c"), Coverage(id="c", beneficiary_reference=Reference(display="Somebody"))),
        ((Clinic.person_information, "3"), _information(3, None, None)[1]),
        ((Clinic.person_information, "3"), _information(3, 12, "Dependent")[1]),
        ((Canvas.coverage, "none"), None),
    ],
)
def test_a_record_that_names_nobody_may_be_of_anybody(question: Question, answer: object) -> None:
    """It is forgotten with each patient."""
    memory = remembering([(slot((Canvas.patient, P)), _patient()), (slot(question), answer)])

    forget_patient(memory, CONNECTORS, P)

    assert not kept(memory)


def test_everything_can_be_asked() -> None:
    """The answers that the tests forget are of every method that there is."""
    methods = {
        fetch for connector in CONNECTORS for fetch in vars(connector).values() if hasattr(fetch, "policy")
    }

    assert {fetch for fetch, _ in questions()} == methods


def test_other_processes_forget_the_same() -> None:
    """A drop says it all: it takes the same there, after its way through a shared tier."""
    one = person("family-shared-member-number", 2)
    here, there = (remembering(answers().items()) for _ in range(2))
    told: list[bytes] = []
    announcing = SimpleNamespace(announce=lambda drop: told.append(msgspec.json.encode(drop)))
    here.share(cast(SharedTier, announcing))

    forget_patient(here, CONNECTORS, one.id)
    there.heard(msgspec.json.decode(told[0], type=Drop))

    assert kept(there) == kept(here) != answers().keys()
