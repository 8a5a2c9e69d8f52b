"""Codes of the eligibility service, as they are told."""

from typing import Any

import msgspec
import pytest

from connectors.eligibility.check import EligibilityCheck
from connectors.eligibility.codes import EligibilityChannel, EligibilityStatusCode, PatientRelation
from connectors.eligibility.outcome import CheckError
from connectors.eligibility.response import EligibilityResponse
from connectors.eligibility.service_type import TEXTS
from tests.connectors.eligibility_answers import record


def check(**elements: Any) -> EligibilityCheck:
    """A check with these elements on the wire."""
    return msgspec.convert(record(**elements), EligibilityCheck)


def response(**elements: Any) -> EligibilityResponse:
    """A response with these elements on the wire."""
    return msgspec.convert(elements, EligibilityResponse)


@pytest.mark.parametrize("code", EligibilityChannel)
def test_channels(code: EligibilityChannel) -> None:
    """Each channel is recognized, on the record and within its response."""
    assert check(channel_id=code.value).channel is code
    assert response(channel_id=f" {code.value.lower()} ").channel is code


@pytest.mark.parametrize("code", EligibilityStatusCode)
def test_statuses(code: EligibilityStatusCode) -> None:
    """Each status is recognized, and kept as sent."""
    status = check(status=code.value.capitalize()).status
    assert (status.code, status.raw) == (code, code.value.capitalize())


@pytest.mark.parametrize("code", PatientRelation)
def test_relations(code: PatientRelation) -> None:
    """Each relation is recognized."""
    assert check(patient_relation=code.value).patient_as_sent.relation is code


@pytest.mark.parametrize("raw", ["FAX", "", " ", "ACTIVE SELF EDI", None])
def test_codes_of_no_list(raw: str | None) -> None:
    """A code that is on no list is UNRECOGNIZED, and told as it was sent."""
    odd = check(channel_id=raw, status=raw, patient_relation=raw)
    assert (odd.channel, odd.channel_raw) == (EligibilityChannel.UNRECOGNIZED, raw)
    assert (odd.status.code, odd.status.raw) == (EligibilityStatusCode.UNRECOGNIZED, raw)
    sent = odd.patient_as_sent
    assert (sent.relation, sent.relation_raw) == (PatientRelation.UNRECOGNIZED, raw)


@pytest.mark.parametrize(
    ("raw", "meaning"),
    [
        ("Y", "REQUIRED"),
        ("y ", "REQUIRED"),
        ("N", "NOT_REQUIRED"),
        ("U", "UNKNOWN"),
        ("MAYBE", "UNKNOWN"),
        ("", "UNKNOWN"),
        (None, "UNKNOWN"),
    ],
)
def test_prior_authorization(raw: str | None, meaning: str) -> None:
    """Y and N are answers, everything else is none; all are told as sent too."""
    told = response(prior_authorization_required=raw)
    assert (told.prior_authorization.value, told.prior_authorization_raw) == (meaning, raw)


@pytest.mark.parametrize(
    ("flag", "meaning"), [(True, "IN_NETWORK"), (False, "OUT_OF_NETWORK"), (None, "UNKNOWN")]
)
def test_network(flag: bool | None, meaning: str) -> None:  # noqa: FBT001  # it is the wire's
    """The provider is in the network, out of it, or nobody knows."""
    assert response(in_plan_network=flag).network_status.value == meaning


@pytest.mark.parametrize(
    ("code", "text"),
    [*TEXTS.items(), ("pt", "Physical Therapy"), (" AD", "Occupational Therapy"), ("ZZ", None), (" ", None)],
)
def test_service_types(code: str, text: str | None) -> None:
    """A service type is its code as sent and X12's text, when it is one of ours."""
    service = check(service_code=code).service_code
    assert service is not None
    assert (service.code, service.text) == (code, text)


@pytest.mark.parametrize("code", [None, ""])
def test_no_service_type(code: str | None) -> None:
    """A check of no stated service has none."""
    assert check(service_code=code).service_code is None
    assert check().service_code is None


@pytest.mark.parametrize(
    ("errors", "answer", "status"),
    [
        (["x"], None, "FAILED"),
        ([{}], None, "FAILED"),
        ([None], None, "FAILED"),
        (["x"], {}, "ACTIVE"),
        ([], None, "ACTIVE"),
        (None, None, "ACTIVE"),
    ],
)
def test_failed_whatever_the_status(errors: object, answer: object, status: str) -> None:
    """Only errors without a response make a failed check of one that was sent as ACTIVE."""
    told = check(status="ACTIVE", errors=errors, response=answer).status
    assert (told.code.value, told.raw) == (status, "ACTIVE")


@pytest.mark.parametrize(
    ("sent", "code", "text"),
    [
        ("Timed out", None, "Timed out"),
        ({"code": "75", "message": "Not found"}, "75", "Not found"),
        ({"error_code": 75, "description": "Not found"}, "75", "Not found"),
        ({"error_message": "Not found", "extra": [1]}, None, "Not found"),
        ({"code": None, "error_code": "", "text": {}}, None, None),
        ({"code": True, "message": 1.5}, None, None),
        (75, None, "75"),
        ("", None, None),
        (None, None, None),
        ([["x"]], None, None),
    ],
)
def test_errors_of_any_shape(sent: object, code: str | None, text: str | None) -> None:
    """An error says what can be understood of it, and stays one when that is nothing."""
    assert check(errors=[sent]).errors == (CheckError(code=code, text=text),)
