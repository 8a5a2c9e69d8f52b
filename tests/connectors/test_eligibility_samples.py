"""The service's printed answers decode as they stand, every documented field of them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any

import pytest

from connectors.eligibility.codes import (
    EligibilityChannel,
    EligibilityStatusCode,
    NetworkStatus,
    PatientRelation,
    PriorAuthorization,
)
from connectors.eligibility.outcome import CheckError
from connectors.errors import Rejected
from tests.connectors.eligibility_answers import JANE, ODETTE, answering
from tests.samples import sample

HISTORY = {
    "code": 2000,
    "message": "Success",
    "total_elements": 1,
    "total_pages": 1,
    "page": 0,
    "size": 10,
    "bad_entries": 0,
    "source.system": "eligibility",
}
RECORD = {
    "id": "elig-abc123xyz",
    "member_id": "W585965926",
    "payer_id": "00010",
    "payer_name": "Blue Cross Blue Shield",
    "patient_as_sent.first_name": "Jane",
    "patient_as_sent.last_name": "Doe",
    "patient_as_sent.date_of_birth": date(1985, 4, 15),
    "patient_as_sent.date_of_birth_text": "1985-04-15",
    "patient_as_sent.relation": PatientRelation.SELF,
    "patient_as_sent.relation_raw": "SELF",
    "provider.npi": "1234567890",
    "provider.first_name": "John",
    "provider.last_name": "Smith",
    "date_of_service": date(2025, 5, 19),
    "date_of_service_text": "2025-05-19",
    "service_code.code": "PT",
    "service_code.text": "Physical Therapy",
    "place_of_service": "11",
    "eligibility_patient_id": "12345",
    "clinic_id": "89",
    "organisation_id": "67",
    "timestamp": datetime(2025, 5, 19, 10, 30, tzinfo=UTC),
    "timestamp_text": "2025-05-19T10:30:00",
    "channel": EligibilityChannel.MANUAL_CAPTURE,
    "channel_raw": "MANUAL_CAPTURE",
    "status.code": EligibilityStatusCode.ACTIVE,
    "status.raw": "ACTIVE",
    "errors": (),
    "message": None,
    "source.system": "eligibility",
}
RESPONSE = {
    "response.enquiry_id": "elig-abc123xyz",
    "response.channel": EligibilityChannel.MANUAL_CAPTURE,
    "response.channel_raw": "MANUAL_CAPTURE",
    "response.date_of_service": date(2025, 5, 19),
    "response.service_code.code": "PT",
    "response.place_of_service": "11",
    "prior_authorization": PriorAuthorization.NOT_REQUIRED,
    "prior_authorization_raw": "N",
    "service_covered": True,
    "non_covered_services": False,
    "network_status": NetworkStatus.IN_NETWORK,
    "network_confidence": Decimal("0.95"),
}
PLAN = {
    "plan.payer_id": "00010",
    "plan.payer_name": "Blue Cross Blue Shield",
    "plan.member_id": "W585965926",
    "plan.plan_name": "PPO Gold",
    "plan.plan_type": "PPO",
    "plan.start": date(2025, 1, 1),
    "plan.end": date(2025, 12, 31),
    "plan.group_name": None,
    "plan.group_number": None,
    "plan.active": True,
}
SUBSCRIBER = {
    "subscriber.first_name": "Jane",
    "subscriber.middle_name": None,
    "subscriber.last_name": "Doe",
    "subscriber.sex": "FEMALE",
    "subscriber.date_of_birth": date(1985, 4, 15),
    "subscriber.address_line": "123 Main St",
    "subscriber.city": "Chicago",
    "subscriber.state": "IL",
    "subscriber.zip_code": "60601",
}
CHECK: dict[str, object] = {**RECORD, **RESPONSE, **PLAN, **SUBSCRIBER}
BENEFITS = {
    "individual_deductible.total": ("1500.00", "3000.00"),
    "individual_deductible.remaining": ("800.00", "2500.00"),
    "individual_deductible.used": ("700.00", "500.00"),
    "family_deductible.total": ("3000.00", "6000.00"),
    "family_deductible.remaining": ("2000.00", "5500.00"),
    "family_deductible.used": ("1000.00", "500.00"),
    "individual_out_of_pocket.total": ("5000.00", "8000.00"),
    "individual_out_of_pocket.remaining": ("4200.00", "7500.00"),
    "individual_out_of_pocket.used": ("800.00", "500.00"),
    "family_out_of_pocket.total": ("10000.00", "16000.00"),
    "family_out_of_pocket.remaining": ("9000.00", "15000.00"),
    "family_out_of_pocket.used": ("1000.00", "1000.00"),
    "co_insurance_percent": ("20", "40"),
    "co_pay": ("30.00", "60.00"),
    "limitation.total_visits": ("30", "20"),
    "limitation.visits_remaining": ("28", "18"),
    "limitation.amount_remaining": ("20.00", "40.00"),
}
CHILD = {
    "service_code": None,
    "plan.group_name": "Northlake Staff",
    "plan.group_number": "NL-2207",
    "subscriber.middle_name": "T",
    "patient_as_sent.relation": PatientRelation.CHILD,
    "prior_authorization": PriorAuthorization.UNKNOWN,
    "network_status": NetworkStatus.UNKNOWN,
    "network_confidence": None,
    "out_of_network": None,
    "in_network.individual_deductible.total": Decimal("1500.00"),
    "in_network.individual_deductible.remaining": None,
    "in_network.individual_deductible.used": None,
    "in_network.family_deductible": None,
    "in_network.individual_out_of_pocket": None,
    "in_network.co_insurance_percent": Decimal("12.5"),
    "in_network.co_pay": None,
    "in_network.limitation.total_visits": 30,
    "in_network.limitation.visits_remaining": None,
    "in_network.limitation.amount_remaining": None,
}
FAILED = {
    "status.code": EligibilityStatusCode.FAILED,
    "status.raw": "ACTIVE",
    "service_code.text": "Health Benefit Plan Coverage",
    "response": None,
    "plan": None,
    "subscriber": None,
    "in_network": None,
    "out_of_network": None,
    "service_covered": None,
    "non_covered_services": None,
    "prior_authorization": PriorAuthorization.UNKNOWN,
    "prior_authorization_raw": None,
    "network_status": NetworkStatus.UNKNOWN,
    "network_confidence": None,
}


def at(value: object, path: str) -> Any:
    """What stands there."""
    return reduce(getattr, path.split("."), value)


@pytest.mark.parametrize("path", HISTORY)
async def test_the_envelope_of_the_printed_answer(path: str) -> None:
    """Each field of the root level and of the paged data is told."""
    history = await answering(sample("eligibility/history")).history(JANE)
    assert at(history, path) == HISTORY[path]


@pytest.mark.parametrize("path", CHECK)
async def test_the_check_of_the_printed_answer(path: str) -> None:
    """Each field of the record, of its response, its plan and its subscriber is told."""
    history = await answering(sample("eligibility/history")).history(JANE)
    assert at(history.latest, path) == CHECK[path]


@pytest.mark.parametrize("path", BENEFITS)
async def test_the_benefits_of_the_printed_answer(path: str) -> None:
    """Each number within and outside of the network is told, exact, money with its cents."""
    history = await answering(sample("eligibility/history")).history(JANE)
    networks = (at(history.latest, "in_network"), at(history.latest, "out_of_network"))
    assert tuple(str(at(network, path)) for network in networks) == BENEFITS[path]


@pytest.mark.parametrize("path", CHILD)
async def test_a_check_with_gaps(path: str) -> None:
    """Fields that only the field table names are told; null numbers and absent codes are None."""
    history = await answering(sample("eligibility/history_child")).history(ODETTE)
    assert at(history.latest, path) == CHILD[path]


@pytest.mark.parametrize("path", FAILED)
async def test_a_check_that_failed(path: str) -> None:
    """A check with errors and no response is FAILED though ACTIVE was sent, and leaves the rest unknown."""
    history = await answering(sample("eligibility/history_failed")).history(ODETTE)
    assert at(history.latest, path) == FAILED[path]


async def test_why_a_check_failed() -> None:
    """Errors are told whether they are texts or objects."""
    history = await answering(sample("eligibility/history_failed")).history(ODETTE)
    assert history.latest is not None
    assert history.latest.errors == (
        CheckError(text="Payer did not respond"),
        CheckError(code="42", text="Unable to respond at current time"),
    )


async def test_the_printed_refusal() -> None:
    """The printed 400 is Rejected."""
    with pytest.raises(Rejected):
        await answering(sample("eligibility/history_400"), status=400).history(JANE)
