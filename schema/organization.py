"""Payors and other organizations."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from connectors.fhir import organization as fhir
from resolvers import coverage
from schema.datatypes import Address, ContactPoint, Identifier
from schema.declare import joined, over, shown
from schema.source import Source

if TYPE_CHECKING:
    from schema.coverage import Coverage


@over(fhir.Organization)
class Organization:
    """An organization of the EHR; a coverage's payor is one."""

    id: strawberry.ID
    name: str | None
    active: bool | None
    identifiers: list[Identifier]
    telecom: list[ContactPoint]
    address: list[Address]
    coverages_of: list[Annotated["Coverage", strawberry.lazy("schema.coverage")]] | None = joined(
        coverage.paid_by, "This payor's coverages of a patient.", arguments=coverage.OfPatient
    )
    source: Source = shown("Where this came from.")
