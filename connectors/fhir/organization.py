"""FHIR R4 Organization: an insurer, as a coverage's payor, or a provider."""

import msgspec

from connectors.fhir.datatypes import Address, ContactPoint, Identifier
from connectors.fhir.resource import Resource


class Organization(Resource, frozen=True, kw_only=True):
    """An organization. Canvas prints no type and, for insurers, no identifiers."""

    name: str | None = None
    active: bool | None = None
    identifiers: tuple[Identifier, ...] = msgspec.field(default=(), name="identifier")
    telecom: tuple[ContactPoint, ...] = ()
    address: tuple[Address, ...] = ()
