from itertools import chain
from typing import get_args

import httpx
import pytest

from sandbox.eligibility import Eligibility, Switches
from sandbox.eligibility.rest import SEARCH
from sandbox.eligibility.switches import NoRecord
from sandbox.population import Population
from tests.sandbox.talking import asking, at_eligibility

ALL = Switches(history="all")
CHANNELS = ("CLAIM_MD", "PVERIFY", "MANUAL_CAPTURE")


async def test_the_most_recent_record_is_on_a_page_of_its_own(
    service: httpx.AsyncClient, people: Population
) -> None:
    """One record, whatever came before it, in the documented envelope."""
    answer = await service.get(asking(people, "several-channels"))
    body = answer.json()
    assert (answer.status_code, body["code"], body["message"]) == (200, 2000, "Success")
    (record,) = body["data"].pop("content")
    assert body["data"] == {"total_elements": 1, "total_pages": 1, "page": 0, "size": 10}
    assert record["channel_id"] == "MANUAL_CAPTURE"
    assert len(record["timestamp"]) == len("2025-05-19T10:30:00")


async def test_older_records_may_follow(people: Population) -> None:
    """Switched, all are there, newest first."""
    async with at_eligibility(Eligibility(people, ALL)) as service:
        data = (await service.get(asking(people, "several-channels"))).json()["data"]
    timestamps = [record["timestamp"] for record in data["content"]]
    assert data["total_elements"] == len(timestamps) == 4
    assert timestamps == sorted(timestamps, reverse=True)


@pytest.mark.parametrize(
    ("channel", "count"),
    [("CLAIM_MD", 2), ("PVERIFY", 1), ("MANUAL_CAPTURE", 1), ("EDI", 0), ("FAX", 0), ("", 4)],
)
async def test_records_are_filtered_by_channel(people: Population, channel: str, count: int) -> None:
    """Of that channel only; a channel that nobody knows has no records."""
    async with at_eligibility(Eligibility(people, ALL)) as service:
        data = (await service.get(asking(people, "several-channels", channel_id=channel))).json()["data"]
    assert len(data["content"]) == count
    assert {record["channel_id"] for record in data["content"]} <= ({channel} if channel else {*CHANNELS})


@pytest.mark.parametrize("shape", get_args(NoRecord))
async def test_no_record_has_three_shapes(people: Population, shape: NoRecord) -> None:
    """Each is a success with code 2000."""
    async with at_eligibility(Eligibility(people, Switches(no_record=shape))) as service:
        answer = await service.get(asking(people, "no-eligibility-record"))
    nothing = {"total_elements": 0, "total_pages": 0, "page": 0, "size": 10}
    data = {"empty-list": nothing | {"content": []}, "null-content": nothing | {"content": None}}
    assert answer.status_code == 200
    assert answer.json() == {"code": 2000, "data": data.get(shape), "message": "Success"}


async def test_a_member_number_is_found_only_as_it_was_stored(
    service: httpx.AsyncClient, people: Population
) -> None:
    """Another case, a blank, or another patient: no record."""
    (patient,) = people.case("several-channels").patient_ids
    id_, number = (
        people.by_id[patient].known_as("urn:eligibility:patient"),
        people.coverages_of[patient][0].member_id,
    )
    for asked, by in ((number.lower(), id_), (f" {number}", id_), (number, "880001")):
        answer = await service.get(SEARCH, params={"patient_id": by or "", "insurance_number": asked})
        assert answer.json()["data"]["content"] == []


@pytest.mark.parametrize("style", ["http-400", "ok-with-code"])
@pytest.mark.parametrize(
    "query",
    [
        "",
        "patient_id=880001",
        "insurance_number=A1",
        "patient_id=x&insurance_number=A1",
        "patient_id=&insurance_number=A1",
        "patient_id=880001&insurance_number=",
        "patient_id=880001&insurance_number=%20",
        "patient_id=1.5&insurance_number=A1",
    ],
)
async def test_both_parameters_are_needed(people: Population, style: str, query: str) -> None:
    """Code 4000, with HTTP 400 or, switched, with HTTP 200."""
    switches = Switches(error_style="http-400" if style == "http-400" else "ok-with-code")
    async with at_eligibility(Eligibility(people, switches)) as service:
        answer = await service.get(f"{SEARCH}?{query}")
    assert answer.status_code == (400 if style == "http-400" else 200)
    assert answer.json() == {"code": 4000, "message": "Invalid patient_id or insurance_number", "data": None}


async def test_a_failed_check_has_errors_and_no_response(
    service: httpx.AsyncClient, people: Population
) -> None:
    """HTTP 200, code 2000; one error is an object and one a text."""
    (record,) = (await service.get(asking(people, "eligibility-check-failed"))).json()["data"]["content"]
    assert (record["response"], record["status"]) == (None, "FAILED")
    assert {type(error) for error in record["errors"]} == {dict, str}


async def test_a_record_has_the_documented_members(people: Population) -> None:
    """Group number and middle name are there only for some; everything else always is."""
    async with at_eligibility(Eligibility(people, Switches(history="all"))) as service:
        records = [
            record
            for patient, number in people.enquiries
            for record in (
                await service.get(SEARCH, params={"patient_id": patient, "insurance_number": number})
            ).json()["data"]["content"]
        ]
    assert {len(record) for record in records} == {22}
    responses = [record["response"] for record in records if record["response"]]
    assert {len(response) for response in responses} == {14}
    assert {len(response["plan_details"]) for response in responses} == {8, 9}
    assert {len(it["subscriber_details"]) for it in responses if it["subscriber_details"]} == {8, 9}
    networks = chain.from_iterable((it["in_network"], it["out_of_network"]) for it in responses)
    assert {len(network) for network in networks if network} == {11}


async def test_unknown_parameters_are_noted(
    service: httpx.AsyncClient, eligibility: Eligibility, people: Population
) -> None:
    """What the real API would have ignored is in the journal; what it knows is not."""
    await service.get(asking(people, "ordinary", channel_id="EDI"))
    assert eligibility.journal.unknown_params == set()
    await service.get(asking(people, "ordinary", page="2"))
    assert eligibility.journal.unknown_params == {(SEARCH, "page")}
    assert eligibility.journal.count("GET", SEARCH) == 2


@pytest.mark.parametrize(
    "path", ["/apis/v1/insurance/cards?patient_id=880001", "/apis/v1/patient/880001", "/"]
)
async def test_what_is_not_simulated_is_not_found(service: httpx.AsyncClient, path: str) -> None:
    """404 in the same envelope, without data."""
    answer = await service.get(path)
    assert answer.status_code == 404
    assert set(answer.json()) == {"code", "message"}
    assert answer.json()["code"] > 2000
