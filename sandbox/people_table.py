"""The named cases, for a reader at a terminal and for a program."""

import json

from sandbox.population import Population


def cases_table(population: Population) -> str:
    """A plain table: under each case its sentence, then a line for each of its patients (id, name)."""
    width = max(len(case.name) for case in population.cases)
    lines = []
    for case in population.cases:
        lines.append(f"{case.name:<{width}}  {case.sentence}")
        lines += [f"{'':<{width}}  {id_}  {population.by_id[id_].name}" for id_ in case.patient_ids]
    return "\n".join(lines) + "\n"


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
