"""Coverages that Canvas does not take."""

from typing import Any

import httpx
import pytest

from sandbox.population import Population
from tests.sandbox.bodies import VALUESET, body, patient


@pytest.mark.parametrize(
    ("change", "code", "text"),
    [
        ({"extra": 1}, "structure", "body -> extra — extra fields not permitted (type=value_error.extra)"),
        ({"period": {"begin": "2021-01-01"}}, "structure", "body -> period -> begin"),
        ({"subscriberId": ""}, "value", "body -> subscriberId — ensure this value has at least 1 characters"),
        ({"subscriberId": 12}, "value", "body -> subscriberId — str type expected"),
        ({"order": 0}, "value", "body -> order"),
        ({"order": 6}, "value", "body -> order"),
        ({"order": True}, "value", "body -> order"),
        ({"order": "1"}, "value", "body -> order"),
        ({"resourceType": "Claim"}, "value", "body -> resourceType"),
        ({"payor": []}, "value", "body -> payor"),
        ({"payor": {}}, "value", "body -> payor"),
        ({"beneficiary": "Patient/1"}, "value", "body -> beneficiary"),
        ({"class": [{"value": "x"}]}, "required", "body -> class -> 0 -> type — field required"),
        ({"subscriber": {}}, "required", "body -> subscriber -> reference — field required"),
    ],
)
async def test_a_malformed_coverage_is_refused(
    fhir: httpx.AsyncClient, people: Population, change: dict[str, Any], code: str, text: str
) -> None:
    """400, one issue for what is wrong, in the validator's words; nothing is kept."""
    answer = await fhir.post("/Coverage", json=body(people) | change)
    (issue,) = answer.json()["issue"]
    assert (answer.status_code, issue["code"]) == (400, code)
    assert issue["details"]["text"].startswith(text)
    assert (await fhir.get("/Coverage", params={"patient": patient(people)})).json()["total"] == 0


@pytest.mark.parametrize(
    "name",
    ["status", "subscriber", "subscriberId", "beneficiary", "relationship", "payor", "order", "resourceType"],
)
async def test_required_elements(fhir: httpx.AsyncClient, people: Population, name: str) -> None:
    """Each of them is missed by name."""
    answer = await fhir.post(
        "/Coverage", json={key: value for key, value in body(people).items() if key != name}
    )
    assert answer.status_code == 400
    assert answer.json()["issue"] == [
        {
            "severity": "error",
            "code": "required",
            "details": {"text": f"body -> {name} — field required (type=value_error.missing)"},
        }
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"status": "entered-in-error"},
        {"status": "draft"},
        {"subscriber": {"reference": "Patient/nobody"}},
        {"subscriber": {"reference": "RelatedPerson/x"}},
        {"payor": [{"reference": "Organization/nobody"}]},
        {"payor": [{"identifier": {"system": "urn:other", "value": "NLM01"}}]},
        {"payor": [{"display": "Northlake Mutual"}]},
        {"payor": [{"reference": "Organization/1"}, {"reference": "Organization/2"}]},
        {"relationship": {"coding": [{"system": f"{VALUESET}/subscriber-relationship", "code": "parent"}]}},
        {"relationship": {"coding": [{"system": "http://terminology.hl7.org/x", "code": "self"}]}},
        {"type": {"coding": [{"system": f"{VALUESET}/coverage-type", "code": "HOUSEBOAT"}]}},
        {"period": {"start": "June"}},
        {"period": {"start": "2024-01-01", "end": "2023-01-01"}},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_a_coverage_that_cannot_be_is_unprocessable(
    fhir: httpx.AsyncClient, people: Population, change: dict[str, Any]
) -> None:
    """422: well formed, but about nobody, or in codes that are not written."""
    answer = await fhir.post("/Coverage", json=body(people) | change)
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (422, "business-rule")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff", b"[" * 100_000], ids=["empty", "cut", "binary", "deep"]
)
async def test_what_is_no_json_is_refused(fhir: httpx.AsyncClient, content: bytes) -> None:
    """400 structure."""
    answer = await fhir.post("/Coverage", content=content)
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (400, "structure")
