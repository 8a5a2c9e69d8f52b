"""What a client may ask first."""

import resolvers.coverage
import resolvers.organization
import resolvers.patient
from resolvers.arguments import ById
from schema.coverage import Coverage
from schema.declare import Graph, build, joined, root
from schema.organization import Organization
from schema.paging import Connection
from schema.patient import Patient


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


def graph() -> Graph:
    """The graph, built anew. Build it once for each process."""
    return build(Query)
