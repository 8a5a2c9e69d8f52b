"""Coverages to send."""

from typing import Any

from sandbox.canvas.wire import Resource
from sandbox.population import Population

VALUESET = "http://hl7.org/fhir/ValueSet"


def patient(people: Population, case: str = "no-coverage") -> str:
    """The first patient of a case, as a reference."""
    return f"Patient/{people.case(case).patient_ids[0]}"


def body(people: Population, case: str = "no-coverage", **changes: Any) -> Resource:
    """A coverage as Canvas documents its creation."""
    return {
        "resourceType": "Coverage",
        "order": 1,
        "status": "active",
        "type": {
            "coding": [{"system": f"{VALUESET}/coverage-type", "code": "MILITARY", "display": "military"}]
        },
        "subscriber": {"reference": patient(people, case)},
        "subscriberId": "1234",
        "beneficiary": {"reference": patient(people, case)},
        "relationship": {"coding": [{"system": f"{VALUESET}/subscriber-relationship", "code": "self"}]},
        "period": {"start": "2021-06-27", "end": "2023-06-27"},
        "payor": [
            {"reference": f"Organization/{people.payors[0].id}", "type": "Organization", "display": "Whoever"}
        ],
        "class": [
            {
                "type": {"coding": [{"system": f"{VALUESET}/coverage-class", "code": "plan"}]},
                "value": "Starfleet",
            }
        ],
        **changes,
    }
