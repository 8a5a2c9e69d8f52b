"""The examples that the vendors print decode as they stand."""

from decimal import Decimal

import msgspec
import pytest

from connectors.errors import BadResponse
from connectors.fhir.coverage import Coverage, CoverageStatusCode
from connectors.fhir.coverage_type import CoverageCategory
from connectors.fhir.eligibility_request import CoverageEligibilityRequest
from connectors.fhir.organization import Organization
from connectors.fhir.patient import Patient
from connectors.fhir.relationship import RelationshipCode
from connectors.fhir.resource import OperationOutcome, Resource
from tests.connectors.fhir_answers import answering
from tests.samples import HERE, sample

OUTCOMES = sorted(path.stem for path in (HERE / "fhir").glob("*_outcome.json"))
RECORDS: list[type[Resource]] = [Coverage, Organization, Patient, CoverageEligibilityRequest]


async def test_canvas_coverage_read_example() -> None:
    """The coverage of Canvas's read example tells its plan, its member, its payor and its open period."""
    coverage = await answering(sample("fhir/coverage_read")).read(
        Coverage, "a7c6af04-a22f-47bf-9cc8-d41158b2ad62"
    )
    assert coverage is not None
    assert coverage.status.code is CoverageStatusCode.ACTIVE
    assert coverage.type is not None
    assert coverage.type.category is CoverageCategory.GOVERNMENT
    assert coverage.member_id == coverage.subscriber_id == "12345"
    assert coverage.patient_id == "b3084f7e884e4af2b7e23b1dca494abd"
    assert coverage.relationship is not None
    assert coverage.relationship.code is RelationshipCode.SELF
    assert coverage.relationship.x12_code == "18"
    assert coverage.payor_id == "c152eeb7-f204-4e28-acb5-c7e85390b17e"
    assert coverage.payor_name == "Custody Medical Services Program"
    assert (coverage.plan_name, coverage.subplan) == ("Starfleet HMO", "Stars")
    assert (coverage.group_number, coverage.subgroup) == ("Captains Only", "Subgroup 2")
    assert coverage.period is not None
    assert coverage.period.end is None
    assert coverage.order == 1
    assert coverage.source.system == "canvas"


async def test_canvas_coverage_search_example() -> None:
    """Both coverages of Canvas's search example come, in order, although its links lead nowhere else."""
    listing = await answering(sample("fhir/coverage_search")).search(Coverage, {}, lambda _: True)
    assert [coverage.subscriber_id for coverage in listing.items] == ["11111", "A1"]
    assert [coverage.order for coverage in listing.items] == [2, 1]
    assert {coverage.status.code for coverage in listing.items} == {CoverageStatusCode.ENTERED_IN_ERROR}
    assert listing.bad_entries == 0


@pytest.mark.parametrize("kind", ["coverage_create_request", "coverage_update_request"])
def test_a_coverage_to_be_written_reads_as_one(kind: str) -> None:
    """The body of a create or update request is a coverage that has no id yet."""
    coverage = msgspec.json.decode(sample(f"fhir/{kind}"), type=Coverage)
    assert coverage.id == ""
    assert coverage.payor_name == "Medicare Advantage"
    assert coverage.patient_id == "febae9dcb7cf4d88ba27cc552a3f96b3"
    assert coverage.subscriber is not None
    assert coverage.subscriber.id == "febae9dcb7cf4d88ba27cc552a3f96b34"


@pytest.mark.parametrize("kind", ["coverage_eligibility_request", "coverage_eligibility_request_full"])
def test_an_eligibility_request_reads_with_and_without_its_type(kind: str) -> None:
    """Canvas's example names no resourceType and no insurer; it decodes like one that names both."""
    request = msgspec.json.decode(sample(f"fhir/{kind}"), type=CoverageEligibilityRequest)
    assert request.purpose == ("benefits",)
    assert request.patient_id in {"9713f5a3c8464a2587912e80bc2dd938", "c81d0f3b6a274e9f95b0d7e412ac6630"}
    assert request.coverage_id in {
        "743aa331-2f85-420b-ab10-8a6b7bb6a1cf",
        "0b5f6c1e-3a52-4d0f-9c77-8f0a2f6b7d11",
    }


@pytest.mark.parametrize("kind", OUTCOMES)
@pytest.mark.parametrize("record", RECORDS)
def test_an_outcome_is_no_resource(kind: str, record: type[Resource]) -> None:
    """An OperationOutcome decodes as itself and as nothing else."""
    body = sample(f"fhir/{kind}")
    assert isinstance(msgspec.json.decode(body, type=OperationOutcome), OperationOutcome)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=record)


@pytest.mark.parametrize("kind", [*OUTCOMES, "create_response_body"])
async def test_an_outcome_in_a_200_is_a_coded_error(kind: str) -> None:
    """An upstream that says 200 over an OperationOutcome, or over `null`, has given no answer."""
    server = answering(sample(f"fhir/{kind}"))
    with pytest.raises(BadResponse):
        await server.read(Coverage, "a7c6af04-a22f-47bf-9cc8-d41158b2ad62")
    with pytest.raises(BadResponse):
        await server.search(Coverage, {}, lambda _: True)


def test_a_patient_with_links_to_other_systems() -> None:
    """A patient's identifiers are found by system, and the medical record number among them."""
    patient = msgspec.json.decode(sample("fhir/patient_linked"), type=Patient)
    assert patient.mrn == "700145522"
    assert patient.identifier_values("urn:spry:patient") == ("880231",)
    assert patient.name is not None
    assert patient.name.text == "Odette Quillfeather"


def test_an_insurer() -> None:
    """An insurer of Canvas has contact points and an address, and no identifiers."""
    insurer = msgspec.json.decode(sample("fhir/organization_insurer"), type=Organization)
    assert insurer.name == "Northlake Mutual"
    assert insurer.address[0].line == ("1 Example Plaza",)
    assert insurer.telecom[0].value == "5550100199"
    assert insurer.identifiers == ()


def test_amounts_are_exact() -> None:
    """An amount of money keeps the digits that were sent."""
    body = b'{"costToBeneficiary": [{"valueMoney": {"value": 0.10, "currency": "USD"}}]}'
    coverage = msgspec.json.decode(body, type=Coverage)
    assert str(coverage.cost_to_beneficiary[0].amount) == str(Decimal("0.10")) == "0.10"
