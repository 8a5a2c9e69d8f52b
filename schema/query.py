"""What a client may ask first."""

import resolvers.coverage
import resolvers.dependent
import resolvers.eligibility
import resolvers.organization
import resolvers.patient
import resolvers.person_information
import resolvers.plan
import resolvers.summary
from resolvers.arguments import ById
from schema.coverage import Coverage
from schema.declare import Graph, build, joined, root
from schema.dependent import Dependent
from schema.eligibility import CHECKS, EligibilityHistory
from schema.freshness import freshness
from schema.organization import Organization
from schema.paging import Connection
from schema.patient import Patient
from schema.person_information import PersonInformation
from schema.plan import InsurancePlan
from schema.summary import InsuranceSummary, PatientOfTheDay


@root
class Query:
    """Patients and their insurance."""

    patient: Patient | None = joined(
        resolvers.patient.by_id, "The patient of this id; null when there is none.", arguments=ById
    )
    patients: Connection[Patient] | None = joined(
        resolvers.patient.sought,
        "The patients that meet every criterion.",
        arguments=resolvers.patient.PatientsSought,
    )
    coverage: Coverage | None = joined(
        resolvers.coverage.by_id, "The coverage of this id; null when there is none.", arguments=ById
    )
    coverages: Connection[Coverage] | None = joined(
        resolvers.coverage.sought,
        "Coverages of a patient, or under a subscriber number.",
        arguments=resolvers.coverage.CoveragesSought,
    )
    organization: Organization | None = joined(
        resolvers.organization.by_id, "The organization of this id; null when there is none.", arguments=ById
    )
    organizations: Connection[Organization] | None = joined(
        resolvers.organization.sought,
        "Organizations by a part of their name.",
        arguments=resolvers.organization.OrganizationsSought,
    )
    insurance_plans: Connection[InsurancePlan] | None = joined(
        resolvers.plan.sought, "The clinic's catalogue of plans.", arguments=resolvers.plan.PlansSought
    )
    person_information: PersonInformation | None = joined(
        resolvers.person_information.by_id,
        "The clinic's person information of this id; null when there is none.",
        arguments=ById,
    )
    person_informations: Connection[PersonInformation] | None = joined(
        resolvers.person_information.sought,
        "A patient's person informations, or all of them.",
        arguments=resolvers.person_information.PersonInformationsSought,
    )
    dependents: Connection[Dependent] | None = joined(
        resolvers.dependent.sought,
        "Those insured through a patient, or through anybody.",
        arguments=resolvers.dependent.DependentsSought,
    )
    eligibility_history: EligibilityHistory | None = joined(
        resolvers.eligibility.of_number,
        "Of a patient, under one member number. " + CHECKS,
        arguments=resolvers.eligibility.HistorySought,
    )
    insurance_summary: InsuranceSummary | None = joined(
        resolvers.summary.by_patient_id,
        "A patient's insurance on a day; null when there is no such patient.",
        arguments=resolvers.summary.SummarySought,
    )
    patients_summary: list[PatientOfTheDay] | None = joined(
        resolvers.summary.days_patients,
        "The summaries of a day's patients, in the order asked for; null when more than 100 are.",
        arguments=resolvers.summary.SummariesSought,
    )


def graph() -> Graph:
    """The graph, built anew. Build it once for each process."""
    return build(Query, [freshness])
