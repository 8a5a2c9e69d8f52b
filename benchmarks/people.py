"""Whom the benchmark asks about: ordinary patients of the sandbox, each with two coverages."""

from dataclasses import replace

from sandbox.population import Population, population

FROM = 26_000
COVERAGES = 2


def patients() -> list[str]:
    """Their ids; always the same ones."""
    return [person.id for person in couples().people]


def couples() -> Population:
    """The sandbox's people with two coverages who are in no named case, and nobody else."""
    everybody = population(FROM)
    special = {patient for case in everybody.cases for patient in case.patient_ids}
    chosen = {
        patient: coverages
        for patient, coverages in everybody.coverages_of.items()
        if patient not in special and len(coverages) == COVERAGES
    }
    return replace(
        everybody,
        people=tuple(person for person in everybody.people if person.id in chosen),
        coverages=tuple(coverage for coverages in chosen.values() for coverage in coverages),
        cases=(),
    )
