import json
import re
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.population import PeopleMode, Population, population

MODES: list[PeopleMode] = ["canvas", "plain-r4"]


def digest(people: Population) -> str:
    """A fingerprint of everything that is known about everybody."""
    return sha256(repr(people).encode()).hexdigest()[:16]


@pytest.mark.parametrize(
    ("mode", "expected"), [("canvas", "67e7f34d996ca92a"), ("plain-r4", "c5e507d4b5903f91")]
)
def test_the_people_never_change(mode: PeopleMode, expected: str) -> None:
    """The same count and mode give the same people, on every machine and in every year."""
    assert digest(population(mode=mode)) == expected


@settings(max_examples=25)
@given(count=st.integers(0, 200), mode=st.sampled_from(MODES))
def test_more_people_leave_the_first_ones_as_they_are(count: int, mode: PeopleMode) -> None:
    """A bigger population begins with the smaller one: people, coverages and facts."""
    few, many = population(count, mode=mode), population(300, mode=mode)
    assert many.people[: len(few.people)] == few.people
    assert many.coverages[: len(few.coverages)] == few.coverages
    assert [many.facts(person.id) for person in few.people] == [few.facts(person.id) for person in few.people]


@pytest.mark.parametrize("mode", MODES)
def test_a_population_has_as_many_people_as_asked_for(mode: PeopleMode) -> None:
    """The count is exact, unless the named cases alone are more."""
    assert len(population(150, mode=mode).people) == 150
    assert {id_ for case in population(0, mode=mode).cases for id_ in case.patient_ids} == set(
        population(0, mode=mode).by_id
    )


def test_plain_r4_has_the_same_named_people_and_more() -> None:
    """The cases of Canvas keep their ids and their facts beside those of plain R4."""
    canvas, plain = population(), population(mode="plain-r4")
    assert plain.cases[: len(canvas.cases)] == canvas.cases
    assert len(plain.cases) > len(canvas.cases)
    for case in canvas.cases:
        for id_ in case.patient_ids:
            assert plain.facts(id_) == canvas.facts(id_)


def test_ids_have_canvas_form(people: Population) -> None:
    """Patients have 32 hex digits, everything else a dashed UUID, and nothing shares an id."""
    dashed = [*(it.id for it in people.payors), *(it.id for it in people.coverages)]
    assert all(re.fullmatch(r"[0-9a-f]{32}", person.id) for person in people.people)
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", id_) for id_ in dashed)
    assert len({*dashed, *people.by_id}) == len(dashed) + len(people.people)


def test_most_people_are_known_at_the_other_systems(people: Population) -> None:
    """External identifiers are there for most and not for all; the clinic's are small integers."""
    known = [dict(person.identifiers) for person in people.people]
    for system in ("urn:clinic:patient", "urn:eligibility:patient", "urn:clinikapi:patient"):
        values = [identifiers[system] for identifiers in known if system in identifiers]
        assert len(people.people) / 2 < len(values) < len(people.people)
        assert len(set(values)) == len(values)
    assert all(1000 < int(it["urn:clinic:patient"]) < 10_000 for it in known if it)


@pytest.mark.parametrize("mode", MODES)
def test_facts_can_be_written_as_json(mode: PeopleMode) -> None:
    """Facts survive JSON, and dates in them are whole dates."""
    people = population(60, mode=mode)
    for person in people.people:
        facts = people.facts(person.id)
        assert json.loads(json.dumps(facts)) == facts
        periods = [coverage["period"] for coverage in facts["coverages"]]
        dates = [facts["birthDate"], *(day for it in periods if it for day in (it["start"], it["end"]))]
        assert all(day is None or re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in dates)


def test_facts_about_a_stranger_are_refused(people: Population) -> None:
    """There are no facts about somebody who is not here."""
    with pytest.raises(KeyError):
        people.facts("nobody")


def test_the_population_scales(people: Population) -> None:
    """Twenty thousand people are registered, each number of theirs only once."""
    many = population(20_000)
    assert len(many.people) == len({person.mrn for person in many.people}) == 20_000
    assert len(many.coverages) == len({coverage.id for coverage in many.coverages})
    assert len(many.payors) == 12
