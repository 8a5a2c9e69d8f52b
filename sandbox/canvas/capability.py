"""What the server says it can do (FHIR R4 CapabilityStatement)."""

from sandbox.canvas.search import PARAMETERS
from sandbox.canvas.wire import Resource

_INTERACTIONS = {"Coverage": ("create", "read", "search-type", "update")}


def capability_statement() -> Resource:
    """The statement, which nobody needs a token to read."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2025-05-22T00:00:00+00:00",
        "kind": "instance",
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [{"mode": "server", "resource": [_resource(type_) for type_ in sorted(PARAMETERS)]}],
    }


def _resource(type_: str) -> Resource:
    return {
        "type": type_,
        "interaction": [{"code": code} for code in _INTERACTIONS.get(type_, ("read", "search-type"))],
        "searchParam": [{"name": name, "type": "string"} for name in PARAMETERS[type_]],
    }
