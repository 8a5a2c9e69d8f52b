from typing import Any

import httpx
import pytest

from sandbox.clinic import Clinic
from sandbox.population import Population
from tests.sandbox.talking import at_clinic

PERSON = {
    "ownable_id": 1001,
    "ownable_type": "Patient",
    "first_name": "Odile",
    "last_name": "Brack",
    "date_of_birth": "1990-05-15",
    "ssn": "000-45-6789",
    "phone": "+1-555-010-0100",
    "email": "odile@example.org",
}
DEPENDENT = {
    "primary_holder_id": 1001,
    "first_name": "Piers",
    "last_name": "Brack",
    "date_of_birth": "2010-03-20",
    "relationship": "child",
    "ssn": "000-65-4321",
}
KINDS = [("person_information", PERSON), ("dependent", DEPENDENT)]


@pytest.mark.parametrize(("root", "sent"), KINDS, ids=["person", "dependent"])
async def test_a_created_row_is_answered_and_listed(
    people: Population, root: str, sent: dict[str, Any]
) -> None:
    """201 with the row: a new id, the instant, the SSN masked, and nothing that the API does not know."""
    async with at_clinic(Clinic(people, clock=lambda: 1_750_000_000.25)) as office:
        answer = await office.post(f"/{root}s", json={root: sent | {"nickname": "Odd"}})
        created = answer.json()
        filter_ = f"patient_id={sent['ownable_id']}" if "ownable_id" in sent else "primary_holder_id=1001"
        listed = (await office.get(f"/{root}s?{filter_}")).json()[f"{root}s"]
    assert answer.status_code == 201
    assert created == sent | {
        "id": created["id"],
        "ssn": f"***-**-{sent['ssn'][-4:]}",
        "created_at": "2025-06-15T15:06:40.250Z",
        "updated_at": "2025-06-15T15:06:40.250Z",
    }
    assert listed[-1] == created
    assert created["id"] == max(row["id"] for row in listed)


@pytest.mark.parametrize(("root", "sent"), KINDS, ids=["person", "dependent"])
async def test_sent_twice_is_created_twice(
    office: httpx.AsyncClient, root: str, sent: dict[str, Any]
) -> None:
    """There is no idempotency: a retry duplicates."""
    first, second = [(await office.post(f"/{root}s", json={root: sent})).json() for _ in range(2)]
    assert first["id"] != second["id"]


async def test_optional_fields_are_optional(office: httpx.AsyncClient) -> None:
    """No SSN, phone or e-mail address: null."""
    sent = {name: PERSON[name] for name in PERSON if name not in {"ssn", "phone", "email"}}
    created = (await office.post("/person_informations", json={"person_information": sent})).json()
    assert (created["ssn"], created["phone"], created["email"]) == (None, None, None)


@pytest.mark.parametrize(
    ("root", "change", "errors"),
    [
        ("person_information", {"first_name": None}, {"first_name": ["can't be blank"]}),
        ("person_information", {"last_name": "  "}, {"last_name": ["can't be blank"]}),
        ("person_information", {"date_of_birth": "15/05/1990"}, {"date_of_birth": ["is invalid"]}),
        ("person_information", {"date_of_birth": "1990-02-30"}, {"date_of_birth": ["is invalid"]}),
        ("person_information", {"date_of_birth": 19900515}, {"date_of_birth": ["is invalid"]}),
        ("person_information", {"ssn": "***-**-6789"}, {"ssn": ["is invalid"]}),
        ("person_information", {"ownable_id": 1}, {"ownable_id": ["must exist"]}),
        ("person_information", {"ownable_id": None}, {"ownable_id": ["must exist"]}),
        ("person_information", {"ownable_id": [1]}, {"ownable_id": ["must exist"]}),
        ("person_information", {"ownable_type": "Horse"}, {"ownable_id": ["must exist"]}),
        ("person_information", {"ownable_type": None}, {"ownable_type": ["can't be blank"]}),
        ("dependent", {"relationship": "cousin"}, {"relationship": ["is not included in the list"]}),
        ("dependent", {"relationship": None}, {"relationship": ["can't be blank"]}),
        ("dependent", {"primary_holder_id": 1}, {"primary_holder_id": ["must exist"]}),
        (
            "dependent",
            {"first_name": None, "ssn": "1"},
            {"first_name": ["can't be blank"], "ssn": ["is invalid"]},
        ),
    ],
)
async def test_what_is_wrong_is_told_by_field(
    office: httpx.AsyncClient, root: str, change: dict[str, object], errors: object
) -> None:
    """422 with a map of fields, and nothing is created."""
    before = (await office.get(f"/{root}s")).json()["pagination"]["total_count"]
    answer = await office.post(f"/{root}s", json={root: dict(KINDS)[root] | change})
    assert (answer.status_code, answer.json()) == (422, {"errors": errors})
    assert (await office.get(f"/{root}s")).json()["pagination"]["total_count"] == before


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b'{"dependent":7}', b'{"dependent":{}}', b"[" * 100_000]
)
async def test_a_body_without_its_root_is_a_bad_request(office: httpx.AsyncClient, body: bytes) -> None:
    """400 with one sentence."""
    answer = await office.post("/dependents", content=body)
    assert answer.status_code == 400
    assert isinstance(answer.json()["errors"], str)
