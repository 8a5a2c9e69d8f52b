"""Those insured through another, as the clinic keeps them."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from connectors.clinic import records
from resolvers import dependent
from schema.declare import enumeration, joined, over, shown
from schema.source import Source

if TYPE_CHECKING:
    from schema.patient import Patient

enumeration(records.DependentRelationshipCode)


@over(records.DependentRelationship)
class DependentRelationship:
    """What a dependent is to the holder."""

    code: records.DependentRelationshipCode
    raw: str


@over(records.Dependent)
class Dependent:
    """Somebody insured through another. A row of the clinic's, who may be a patient too."""

    id: strawberry.ID
    holder_id: strawberry.ID | None = shown("The clinic's own patient id of the holder; no EHR id.")
    holder: Annotated["Patient", strawberry.lazy("schema.patient")] | None = joined(
        dependent.holder, "The patient through whom they are insured, if you may see them."
    )
    first_name: str | None
    last_name: str | None
    date_of_birth: date | None
    relationship: DependentRelationship | None
    ssn_masked: str | None = shown("`***-**-NNNN`: the whole number is nowhere in the gateway.")
    patient: Annotated["Patient", strawberry.lazy("schema.patient")] | None = joined(
        dependent.patient, "The dependent as a patient, where the EHR links one whom you may see."
    )
    created_at: datetime | None
    updated_at: datetime | None
    source: Source = shown("Where this came from.")
