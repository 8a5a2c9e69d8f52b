"""Payors and other organizations."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from connectors import payers
from connectors.fhir import organization as fhir
from resolvers import coverage, organization
from schema.datatypes import Address, ContactPoint, Identifier
from schema.declare import enumeration, joined, over, shown
from schema.source import Source

if TYPE_CHECKING:
    from schema.coverage import Coverage


enumeration(payers.PayerIdOrigin)


@over(payers.PayerId)
class PayerId:
    """A clearinghouse's number of a payer, and who says that it is this one's."""

    value: str
    origin: payers.PayerIdOrigin


@over(fhir.Organization)
class Organization:
    """An organization of the EHR; a coverage's payor is one."""

    id: strawberry.ID
    name: str | None
    active: bool | None
    identifiers: list[Identifier]
    telecom: list[ContactPoint]
    address: list[Address]
    payer_ids: list[PayerId] = joined(
        organization.payer_ids,
        "Numbers that clearinghouses know it by, as far as known: from its identifiers, the operator, and "
        "the eligibility checks seen since the gateway started.",
    )
    coverages_of: list[Annotated["Coverage", strawberry.lazy("schema.coverage")]] | None = joined(
        coverage.paid_by, "This payor's coverages of a patient.", arguments=coverage.OfPatient
    )
    source: Source = shown("Where this came from.")
