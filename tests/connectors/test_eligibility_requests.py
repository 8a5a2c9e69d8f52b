"""What is asked of the eligibility service, and what is never sent to it."""

import json
from urllib.parse import parse_qsl

import httpx
import pytest

from connectors.eligibility.codes import EligibilityChannel
from connectors.eligibility.search import HistorySearch
from connectors.errors import BadResponse, Failed, InvalidKey, Refused
from tests.connectors.eligibility_answers import answering, eligibility

PATH = "/apis/eligibility/v2/insurance/eligibility/search"


class Asked:
    """A service that keeps what it was asked, and has no records."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Empty content."""
        self.requests.append(request)
        return httpx.Response(200, json={"code": 2000, "data": {"content": []}})

    @property
    def params(self) -> list[tuple[str, str]]:
        """Of the only request."""
        (request,) = self.requests
        assert request.url.path == PATH
        return parse_qsl(request.url.query.decode(), keep_blank_values=True)


@pytest.mark.parametrize("channel", [None, *EligibilityChannel])
async def test_what_is_sent(channel: EligibilityChannel | None) -> None:
    """The patient, the member number as stored and the channel when asked are sent, and nothing else."""
    service = Asked()
    search = HistorySearch(patient_id="007", member_id=" w-585 96&5=926é", channel=channel)
    if channel is EligibilityChannel.UNRECOGNIZED:
        with pytest.raises(InvalidKey):
            await eligibility(service.answer).history(search)
        assert service.requests == []
        return
    assert (await eligibility(service.answer).history(search)).items == ()
    asked = [("patient_id", "007"), ("insurance_number", " w-585 96&5=926é")]
    assert service.params == (asked if channel is None else [*asked, ("channel_id", channel.value)])


@pytest.mark.parametrize(
    ("patient_id", "member_id"),
    [
        *[
            (hostile, "W1")
            for hostile in [
                *["", " ", "-1", "+1", "1.0", "1e3", "1" * 19, "1 ", " 1", "1\n", "١٢", "²", "0x1"],
                *["1&patient_id=2", "1/../2", "..", "%31", "1\x00", "1\r\nX-A: b", "\ud800", "pt_1"],
            ]
        ],
        *[
            ("1", hostile)
            for hostile in [
                "",
                " ",
                " - ",
                "\t",
                "W\x00",
                "W\r\nX-A: b",
                "\ud800",
                "W\x7f",
                "W\u200b",
                "W" * 65,
            ]
        ],
    ],
    ids=str.__repr__,
)
async def test_keys_that_can_name_nothing(patient_id: str, member_id: str) -> None:
    """A patient id that is no number of the service, and a number that no member has, are never sent."""
    service = Asked()
    with pytest.raises(InvalidKey) as refused:
        await eligibility(service.answer).history(HistorySearch(patient_id=patient_id, member_id=member_id))
    assert service.requests == []
    assert not refused.value.__cause__


@pytest.mark.parametrize(
    "member_id", ["W&insurance_number=X", "../../x", "W#1", "W?a=b", "W%00", "W+1", "{W}"]
)
async def test_hostile_member_numbers_change_no_url(member_id: str) -> None:
    """A member number is one parameter's value, whatever is written in it."""
    service = Asked()
    await eligibility(service.answer).history(HistorySearch(patient_id="1", member_id=member_id))
    assert service.params == [("patient_id", "1"), ("insurance_number", member_id)]


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, {"code": 2000, "data": None}), (200, {"code": 4000}), (400, {"code": 4000, "data": None})],
)
async def test_reachable(status: int, body: object) -> None:
    """A service that finds nobody, or objects to the question, took our credentials."""
    await answering(json.dumps(body).encode(), status).reachable()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, b"", Refused),
        (403, b"", Refused),
        (404, b"", BadResponse),
        (500, b"", Failed),
        (200, b"{}", BadResponse),
        (200, b"<html>", BadResponse),
    ],
)
async def test_not_reachable(status: int, body: bytes, error: type[Exception]) -> None:
    """Refused credentials, a wrong address and a failing service are told as such."""
    with pytest.raises(error):
        await answering(body, status).reachable()


async def test_reachable_names_no_patient() -> None:
    """To see whether the service answers, nobody is named to it."""
    service = Asked()
    await eligibility(service.answer).reachable()
    assert service.params == [("patient_id", "0"), ("insurance_number", "0")]
