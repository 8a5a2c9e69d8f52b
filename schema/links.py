"""Who a patient is in the other systems."""

import strawberry

from connectors.fhir import links
from schema.declare import enumeration, over

enumeration(links.LinkState)


@over(links.Link)
class Link:
    """A patient's id in another system, as the EHR's identifiers tell it; null unless linked."""

    state: links.LinkState
    id: strawberry.ID | None


@over(links.Links)
class Links:
    """A patient's ids in the other systems. Identity is linked by identifiers, never guessed by names."""

    clinic: Link
    eligibility: Link
    clinik: Link
