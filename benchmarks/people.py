"""Whom the benchmark asks about: ordinary patients whom every system knows, each with two coverages."""

from dataclasses import replace

from sandbox.identifiers import CLINIC_SYSTEM, ELIGIBILITY_SYSTEM
from sandbox.people import Person
from sandbox.population import Population, population

FROM = 34_000
COVERAGES = 2


def patients() -> list[str]:
    """Their ids; always the same ones."""
    return [person.id for person in couples().people]


def couples() -> Population:
    """Those of the sandbox's people, and nobody else."""
    everybody = population(FROM)
    special = {patient for case in everybody.cases for patient in case.patient_ids}
    chosen = [person for person in everybody.people if person.id not in special and _is_ordinary(person)]
    couples = [person for person in chosen if len(everybody.coverages_of.get(person.id, ())) == COVERAGES]
    return replace(
        everybody,
        people=tuple(couples),
        coverages=tuple(coverage for person in couples for coverage in everybody.coverages_of[person.id]),
        cases=(),
    )


def _is_ordinary(person: Person) -> bool:
    return all(person.known_as(system) for system in (CLINIC_SYSTEM, ELIGIBILITY_SYSTEM))
