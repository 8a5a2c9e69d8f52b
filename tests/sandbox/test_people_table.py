import json

from sandbox.people_table import cases_json, cases_table
from sandbox.population import Population


def test_the_table_names_every_case_and_each_of_its_patients(people: Population) -> None:
    """Who reads the table finds a patient id for each case."""
    table = cases_table(people)
    for case in people.cases:
        assert f"{case.name} " in table
        assert case.sentence in table
        assert all(id_ in table for id_ in case.patient_ids)


def test_the_json_tells_the_facts_of_every_case(people: Population) -> None:
    """A program finds the facts, names unescaped."""
    text = cases_json(people)
    expected = [
        (case.name, case.sentence, [people.facts(id_) for id_ in case.patient_ids]) for case in people.cases
    ]
    assert [(case["name"], case["sentence"], case["patients"]) for case in json.loads(text)] == expected
    assert "𠮷田" in text
