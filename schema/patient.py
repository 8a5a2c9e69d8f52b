"""Patients, by their EHR ids."""

from datetime import date

import strawberry

from connectors.fhir import patient as fhir
from resolvers import coverage
from schema.coverage import Coverage
from schema.datatypes import Address, ContactPoint, HumanName, Identifier
from schema.declare import joined, over, shown
from schema.source import Source


@over(fhir.Patient)
class Patient:
    """A patient of the EHR."""

    id: strawberry.ID
    name: HumanName | None = shown("The official name.")
    birth_date: date | None = shown("Null when the EHR knows it in part only.")
    birth_date_text: str | None = shown("As the EHR tells it: a day, a month or a year.")
    gender: str | None
    mrn: str | None = shown("Medical record number.")
    active: bool | None
    telecom: list[ContactPoint]
    address: list[Address]
    identifiers: list[Identifier]
    coverages: list[Coverage] | None = joined(
        coverage.of_patient,
        "The patient's coverages, in the EHR's order.",
        arguments=coverage.CoveragesWanted,
    )
    source: Source = shown("Where this came from.")
