"""Who a patient is to their insurers, as the clinic keeps it."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from connectors.clinic import records
from resolvers import person_information
from schema.declare import joined, over, shown
from schema.source import Source

if TYPE_CHECKING:
    from schema.patient import Patient


@over(records.Ownable)
class Ownable:
    """Whom a person information is about, in the clinic's own words."""

    type: str
    id: strawberry.ID


@over(records.PersonInformation)
class PersonInformation:
    """Who a patient is to their insurers. A patient may have several; the newest counts."""

    id: strawberry.ID
    ownable: Ownable | None
    patient: Annotated["Patient", strawberry.lazy("schema.patient")] | None = joined(
        person_information.patient, "The one patient whom the EHR links to it, if you may see them."
    )
    first_name: str | None
    last_name: str | None
    date_of_birth: date | None
    ssn_masked: str | None = shown("`***-**-NNNN`: the whole number is nowhere in the gateway.")
    phone: str | None
    email: str | None
    created_at: datetime | None
    updated_at: datetime | None
    source: Source = shown("Where this came from.")
