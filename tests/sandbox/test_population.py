import json
import re
from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.plan_match import normalized
from sandbox.plans import PLANS
from sandbox.population import PeopleMode, Population, population

MODES: list[PeopleMode] = ["canvas", "plain-r4"]
LARGEST_FAMILY = 5


def digest(people: Population) -> str:
    """A fingerprint of everything that is known about everybody."""
    return sha256(repr(people).encode()).hexdigest()[:16]


@pytest.mark.parametrize(
    ("mode", "expected"), [("canvas", "670ecabef7a39be4"), ("plain-r4", "b3852b7e93d91452")]
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
    # The last family may have been cut: a spouse or child who is not here cannot be linked to.
    whole = few.people[:-LARGEST_FAMILY]
    assert [many.facts(person.id) for person in whole] == [few.facts(person.id) for person in whole]


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
    assert all(1000 < int(it.get("urn:clinic:patient", "1001")) < 10_000 for it in known)


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
    assert len({check.id for it in many.checks.values() for check in it}) == sum(
        map(len, many.checks.values())
    )


def test_the_first_cases_stay_who_they_were() -> None:
    """Cases that were added later moved nobody: ids, names and member numbers of the first nineteen."""
    told = [
        (facts["id"], facts["name"]["text"], [coverage["memberId"] for coverage in facts["coverages"]])
        for case in population(0).cases[:19]
        for facts in map(population(0).facts, case.patient_ids)
    ]
    assert sha256(repr(told).encode()).hexdigest()[:16] == "a0c88872cfc1e5a6"


def test_most_people_have_something_at_the_other_systems(people: Population) -> None:
    """Plans and eligibility are found for most coverages and not for all; some dependents are linked."""
    everybody = [people.facts(person.id) for person in people.people]
    coverages = [coverage for facts in everybody for coverage in facts["coverages"]]
    dependents = [dependent for facts in everybody for dependent in facts["dependents"] or ()]
    for found in (
        [coverage["plan"] for coverage in coverages],
        [coverage["latestEligibility"] for coverage in coverages],
        [dependent["patient"] for dependent in dependents],
    ):
        assert len(found) / 2 < len(list(filter(None, found))) < len(found)


def test_a_dependent_is_linked_to_one_patient(people: Population) -> None:
    """The dependent's id stands in one patient's identifiers, and the clinic has such a dependent."""
    linked = [person.known_as("urn:clinic:dependent") for person in people.people]
    ids = [int(id_) for id_ in linked if id_]
    assert len(set(ids)) == len(ids)
    assert set(ids) <= {dependent.id for them in people.dependents.values() for dependent in them}


def test_a_plan_is_named_once_unless_told_otherwise() -> None:
    """Only the name of the case is at two carriers; ids are unique; about forty plans fill two pages."""
    names = Counter(normalized(plan.name) for plan in PLANS)
    assert [name for name, times in names.items() if times > 1] == ["freedomchoice"]
    assert len({plan.id for plan in PLANS}) == len(PLANS) == 45
