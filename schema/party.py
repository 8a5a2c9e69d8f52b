"""Who stands behind a coverage's reference."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from connectors.fhir import party as fhir
from resolvers import party
from schema.declare import enumeration, joined, over, shown

if TYPE_CHECKING:
    from schema.patient import Patient

enumeration(fhir.PartyKind)


@over(fhir.Party)
class Party:
    """A subscriber, policy holder or beneficiary: a patient, a related person, or only a name."""

    kind: fhir.PartyKind
    id: strawberry.ID | None = shown("The EHR's id of the patient or related person.")
    display: str | None = joined(
        party.display, "The name: as the coverage tells it, else as the patient's own record does."
    )
    patient: Annotated["Patient", strawberry.lazy("schema.patient")] | None = joined(
        party.patient, "The patient, where the party is one whom you may see."
    )
