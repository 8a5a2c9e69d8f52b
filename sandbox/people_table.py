"""The named cases, for a reader at a terminal and for a program."""

import json

from sandbox.identifiers import CLINIC_SYSTEM, DEPENDENT_SYSTEM, ELIGIBILITY_SYSTEM
from sandbox.people import Person
from sandbox.population import Population


def cases_table(population: Population) -> str:
    """A plain table: under each case its sentence, then a line for each of its patients.

    The line has the patient's id and name, and what the clinic and the eligibility service call the patient.
    """
    width = max(len(case.name) for case in population.cases)
    lines = []
    for case in population.cases:
        lines.append(f"{case.name:<{width}}  {case.sentence}")
        lines += [f"{'':<{width}}  {_line(population.by_id[id_])}" for id_ in case.patient_ids]
    return "\n".join(lines) + "\n"


def _line(person: Person) -> str:
    systems = {"clinic": CLINIC_SYSTEM, "dependent": DEPENDENT_SYSTEM, "eligibility": ELIGIBILITY_SYSTEM}
    known = [
        f"{name} {person.known_as(system)}" for name, system in systems.items() if person.known_as(system)
    ]
    return "  ".join([person.id, person.name, *([f"({', '.join(known)})"] if known else [])])


def cases_json(population: Population) -> str:
    """A JSON array of `{name, sentence, patients}`; the patients are what `Population.facts` says of them."""
    cases = [
        {
            "name": case.name,
            "sentence": case.sentence,
            "patients": [population.facts(id_) for id_ in case.patient_ids],
        }
        for case in population.cases
    ]
    return json.dumps(cases, ensure_ascii=False, indent=2) + "\n"
