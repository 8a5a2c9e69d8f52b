"""What every FHIR resource has, and what every element of one is."""

from connectors.record import Record, Sourced


class Element(Record, frozen=True, kw_only=True, rename="camel"):
    """A part of a resource. Elements that a record does not name are ignored."""


class Resource(Sourced, frozen=True, kw_only=True, rename="camel", tag_field="resourceType"):
    """A resource known by its id; only a body of its own `resourceType` decodes.

    The id is empty in a body that is still to be created: a server assigns it.
    """

    id: str = ""


class Heading(Record, frozen=True, kw_only=True, rename="camel"):
    """What a resource says it is, read before it is known whether the rest can be."""

    resource_type: str = ""


class OperationOutcome(Resource, frozen=True, kw_only=True):
    """A server's account of what went wrong. Its texts quote ids: they are read by nobody.

    Decoders expect `R | OperationOutcome`, never R alone: msgspec demands the `resourceType` of a union's
    members, but lets a single type's be absent.
    """
