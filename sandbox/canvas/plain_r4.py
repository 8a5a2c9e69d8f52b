"""The same resources in forms that FHIR R4 allows and Canvas does not use. What they say stays the same.

This server's own base URL is not known before it is asked: `BASE` stands for it until the answer is written.
"""

from sandbox.canvas.wire import Resource
from sandbox.ids import Draw
from sandbox.people import Coverage

BASE = "http://base.invalid"

_NAMED_FORMS = ("relative", "absolute")
_FORMS = (*_NAMED_FORMS, "contained")
_NOTE = {"url": "http://example.org/fhir/StructureDefinition/registered-at", "valueString": "front desk"}


def decorated(resource: Resource) -> Resource:
    """The resource among elements that nobody models: meta, narrative, extensions, extended primitives."""
    head = {"resourceType": resource["resourceType"], "id": resource["id"]}
    around = {
        "meta": {"versionId": "3", "lastUpdated": "2025-03-01T09:30:00.250Z", "source": "#sandbox"},
        "language": "en-US",
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">…</div>'},
        "extension": [_NOTE, {"url": "urn:nested", "extension": [{"url": "depth", "valueDecimal": 1.50}]}],
        "_implicitRules": {"extension": [_NOTE]},
    }
    return head | around | resource


def patient(resource: Resource) -> Resource:
    """A Patient: the names in another order, and a birth date with an extension."""
    return decorated(resource) | {
        "name": resource["name"][::-1],
        "_birthDate": {"extension": [{"url": "http://example.org/accuracy", "valueCode": "reported"}]},
        "maritalStatus": {"coding": [{"code": "U"}], "text": "unmarried"},
        "contact": [{"relationship": [{"text": "neighbour"}], "name": {"text": "A. Neighbour"}}],
    }


def coverage(resource: Resource, it: Coverage, *, named: bool) -> Resource:
    """A Coverage: references relative, absolute or contained, and elements that Canvas never fills.

    A payor moves into the coverage of ordinary people only: the sentence of a named case may be about it.
    """
    form = "absolute" if it.absolute else Draw("form", it.id).pick(_NAMED_FORMS if named else _FORMS)
    extra = {
        "policyHolder": resource["subscriber"],
        "network": "Preferred",
        "subrogation": False,
        "costToBeneficiary": [{"type": {"text": "copay"}, "valueMoney": {"value": 25.50, "currency": "USD"}}],
        "_subscriberId": {"extension": [_NOTE]},
    }
    return decorated(_formed(resource, it, form)) | extra


def _formed(resource: Resource, it: Coverage, form: str) -> Resource:
    if form == "contained" or it.payor.reference.startswith("#"):
        return _containing(resource, it)
    if form == "absolute":
        return _absolute(resource)
    return resource


def _absolute(resource: Resource) -> Resource:
    pointed = {name: _pointed(resource[name]) for name in ("subscriber", "beneficiary")}
    return resource | pointed | {"payor": [_pointed(payor) for payor in resource["payor"]]}


def _pointed(reference: Resource) -> Resource:
    return reference | {"reference": f"{BASE}/{reference['reference']}"}


def _containing(resource: Resource, it: Coverage) -> Resource:
    contained = {"resourceType": "Organization", "id": "payor", "name": it.payor.name}
    return resource | {"contained": [contained], "payor": [{"reference": "#payor"}]}
