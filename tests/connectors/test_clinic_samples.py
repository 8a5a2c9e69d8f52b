"""The examples that the clinic's vendor prints decode as they stand (seed 002)."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest

from connectors.clinic.connector import CATALOGUE
from connectors.clinic.records import DependentRelationshipCode, InsurancePlan
from connectors.errors import Forbidden, Refused, Rejected, UpstreamError
from tests.connectors.clinic_answers import ENVELOPES, answering
from tests.samples import sample

PRINTED = datetime(2023, 10, 20, 10, tzinfo=UTC)


def around(kind: str, name: str) -> object:
    """The example alone in a page."""
    pagination = {"current_page": 1, "total_pages": 1, "total_count": 1, "per_page": 25}
    return ENVELOPES["plural"](name, [json.loads(sample(f"clinic/{kind}"))], pagination)


async def test_person_information() -> None:
    """A person information tells its owner, name, birth, masked number, contacts and instants."""
    told = await answering(sample("clinic/person_information")).person_information("123")
    assert told is not None
    assert told.id == "123"
    assert told.ownable is not None
    assert (told.ownable.type, told.ownable.id) == ("Patient", "1049")
    assert (told.first_name, told.last_name) == ("John", "Doe")
    assert told.date_of_birth == date(1990, 5, 15)
    assert told.ssn_masked == "***-**-6789"
    assert told.phone == "+1-555-123-4567"
    assert told.email == "[email protected]"
    assert told.created_at == told.updated_at == PRINTED
    assert told.source.system == "clinic"


async def test_person_information_in_a_list() -> None:
    """The same row in a list is the same record, found by the patient that it is about."""
    clinic = answering(around("person_information", "person_informations"))
    listing = await clinic.person_informations_of("1049")
    alone = await answering(sample("clinic/person_information")).person_information("123")
    assert alone is not None
    assert listing.items == (msgspec.structs.replace(alone, source=listing.items[0].source),)


async def test_dependent() -> None:
    """A dependent tells the holder, the relationship, and what a person tells."""
    (told,) = (await answering(around("dependent", "dependents")).dependents_of("1049")).items
    assert (told.id, told.holder_id) == ("456", "1049")
    assert (told.first_name, told.last_name) == ("Jane", "Doe")
    assert told.date_of_birth == date(2010, 3, 20)
    assert told.relationship is not None
    assert (told.relationship.code, told.relationship.raw) == (DependentRelationshipCode.CHILD, "child")
    assert told.ssn_masked == "***-**-4321"
    assert told.created_at == told.updated_at == PRINTED
    assert told.source.system == "clinic"


async def test_insurance_plan() -> None:
    """A plan tells its name, carrier, type, state, and amounts with two places."""
    (told,) = (await answering(around("insurance_plan", "plans")).plans(CATALOGUE)).items
    assert told.id == "789"
    assert (told.plan_name, told.carrier, told.plan_type) == (
        "Premium Health Plan",
        "Health Insurance Co.",
        "PPO",
    )
    assert told.active is True
    details = told.coverage_details
    assert details is not None
    amounts = (details.deductible, details.copay, details.out_of_pocket_max)
    assert [str(amount) for amount in amounts] == ["1000.00", "25.00", "5000.00"]
    assert all(type(amount) is Decimal for amount in amounts)
    assert details.other == ()
    assert told.created_at == told.updated_at == PRINTED
    assert told.source.system == "clinic"


async def test_not_found() -> None:
    """The 404 with its sentence is no record, and no error."""
    assert await answering(sample("clinic/404_not_found"), 404).person_information("123") is None


@pytest.mark.parametrize(
    ("status", "kind", "error"),
    [
        (401, "422_not_authorized", Refused),
        (403, "422_not_authorized", Forbidden),
        (422, "422_not_authorized", Refused),
        (422, "422_validation", Rejected),
        (400, "422_not_authorized", Rejected),
        (400, "422_validation", Rejected),
    ],
)
async def test_refusals(status: int, kind: str, error: type[UpstreamError]) -> None:
    """A 422 with a sentence is about our credentials, as 401 and 403 are; by field, about the question."""
    with pytest.raises(UpstreamError) as raised:
        await answering(sample(f"clinic/{kind}"), status).dependents_of("1")
    assert type(raised.value) is error


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"no"', b'{"errors": ["no"]}', b"[" * 9_000])
async def test_other_422_are_rejections(body: bytes) -> None:
    """A 422 whose body says nothing that we know is about the question."""
    with pytest.raises(Rejected):
        await answering(body, 422).plans(CATALOGUE)


def test_a_plan_survives_its_own_encoding() -> None:
    """A plan written as JSON and read again is the same plan, as a shared memory needs it."""
    plan = msgspec.json.decode(sample("clinic/insurance_plan"), type=InsurancePlan)
    again = msgspec.json.decode(msgspec.json.encode(plan), type=InsurancePlan)
    assert again.coverage_details == plan.coverage_details
    assert (again.id, again.source) == (plan.id, plan.source)
