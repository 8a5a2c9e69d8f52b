"""Patients, by their EHR ids."""

from datetime import date

import strawberry

from connectors.fhir import patient as fhir
from resolvers import coverage, dependent, eligibility, person_information, summary
from schema.coverage import Coverage
from schema.datatypes import Address, ContactPoint, HumanName, Identifier
from schema.declare import joined, over, shown
from schema.dependent import Dependent
from schema.eligibility import CHECKS, EligibilityHistory
from schema.links import Links
from schema.person_information import PersonInformation
from schema.source import Source
from schema.summary import InsuranceSummary, RankedCoverage


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
    links: Links
    coverages: list[Coverage] | None = joined(
        coverage.of_patient,
        "The patient's coverages, in the EHR's order.",
        arguments=coverage.CoveragesWanted,
    )
    person_information: PersonInformation | None = joined(
        person_information.of_patient, "The newest that the clinic has."
    )
    dependents: list[Dependent] | None = joined(
        dependent.of_patient, "Those insured through this patient, as the clinic has them."
    )
    eligibility_history: EligibilityHistory | None = joined(
        eligibility.of_patient,
        "Under every member number of the patient's coverages. " + CHECKS,
        arguments=eligibility.OnChannels,
    )
    primary_coverage: RankedCoverage | None = joined(
        summary.primary,
        "The coverage that is billed first; null when none is in force or may be.",
        arguments=summary.OnDay,
    )
    insurance_summary: InsuranceSummary | None = joined(
        summary.of_patient,
        "The patient's insurance on a day, for a front desk or a phone.",
        arguments=summary.OnDay,
    )
    source: Source = shown("Where this came from.")
