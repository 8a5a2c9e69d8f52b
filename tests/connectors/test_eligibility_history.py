"""Which answers of the eligibility service are histories, and what they are remembered as."""

import json
from typing import Any

import msgspec
import pytest

from connectors.cache import policies
from connectors.eligibility.connector import Eligibility
from connectors.eligibility.history import History
from connectors.eligibility.search import HistorySearch
from connectors.errors import BadResponse, Failed, Refused, Rejected
from tests.connectors.eligibility_answers import JANE, answering, page, record, told
from tests.samples import sample


@pytest.mark.parametrize(
    "data",
    [None, {}, {"content": None}, {"content": []}, page()],
    ids=["data null", "no content", "content null", "content empty", "empty page"],
)
async def test_no_record(data: object) -> None:
    """Every way to say that there is no record is an empty history, with its source."""
    history = await told(data)
    assert (history.items, history.latest, history.bad_entries) == ((), None, 0)
    assert history.source.system == "eligibility"


async def test_no_data_at_all() -> None:
    """A success without a data key is an empty history."""
    assert (await answering(b'{"code": 2000}').history(JANE)).items == ()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ('{"code": 2999, "message": "no", "data": null}', Rejected),
        ('{"code": 2001, "message": "no"}', Rejected),
        ('{"code": 4000, "data": ["odd"]}', Rejected),
        ('{"code": 4010, "message": ""}', Rejected),
        ('{"code": 1999, "data": {"content": []}}', BadResponse),
        ('{"code": 200, "data": {"content": []}}', BadResponse),
        ('{"data": {"content": []}}', BadResponse),
        ('{"code": null, "data": {"content": []}}', BadResponse),
        ('{"code": "2000", "data": {"content": []}}', BadResponse),
        ('{"code": 2000, "data": []}', BadResponse),
        ('{"code": 2000, "data": {"content": {}}}', BadResponse),
        ('{"code": 2000, "data": {"total_elements": -1}}', BadResponse),
        ("null", BadResponse),
        ("[]", BadResponse),
        ("", BadResponse),
    ],
)
async def test_an_answer_that_is_no_success(body: str, error: type[Exception]) -> None:
    """A code above 2000 is Rejected though HTTP says 200; what is no envelope of success is BadResponse."""
    with pytest.raises(error):
        await answering(body.encode()).history(JANE)


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, Rejected), (401, Refused), (403, Refused), (404, BadResponse), (422, Rejected), (503, Failed)],
)
async def test_an_answer_of_another_status(status: int, error: type[Exception]) -> None:
    """HTTP's own errors are told apart; an address where nothing is served is never "no record"."""
    with pytest.raises(error):
        await answering(b'{"code": 4000, "message": "x", "data": null}', status).history(JANE)


@pytest.mark.parametrize(
    "bad",
    [
        None,
        7,
        [],
        {},
        record(""),
        record(patient_id="12345"),
        record(patient_id=-1),
        record(patient_id=10**18),
        record(response=[]),
        record(response={"in_network": {"co_pay": "thirty"}}),
        record(errors="one"),
        record(payer_name=5),
    ],
    ids=range(12),
)
async def test_one_bad_entry(bad: object) -> None:
    """An entry that cannot be read is counted, and costs those beside it nothing."""
    history = await told(page(record("first"), bad, record("last")))
    assert [check.id for check in history.items] == ["first", "last"]
    assert (history.bad_entries, history.total_elements, history.size) == (1, 3, 10)


async def test_unknown_elements_are_ignored() -> None:
    """What a later version of the service adds costs nothing."""
    body = json.loads(sample("eligibility/history"))
    entry = body["data"]["content"][0]
    for part in (body, body["data"], entry, entry["response"], *entry["response"].values()):
        if isinstance(part, dict):
            part["brand_new"] = {"a": [1, None]}
    history = await answering(json.dumps(body).encode()).history(JANE)
    assert (len(history.items), history.bad_entries) == (1, 0)


async def test_the_wire_cannot_say_when_or_where_it_is_from() -> None:
    """Neither the source nor the instant of a check can be set by names of ours on the wire."""
    forged: dict[str, Any] = {
        "(source)": {"system": "x", "fetched_at": "2020-01-01T00:00:00Z"},
        "(timestamp)": "2020-01-01T00:00:00Z",
    }
    history = await told(page(record(**forged)))
    assert history.latest is not None
    assert history.latest.timestamp is None
    assert history.latest.source == history.source
    assert history.source.system == "eligibility"


async def test_a_history_survives_the_shared_tier() -> None:
    """A history encoded and decoded as its method's answer is the same history."""
    kinds = {"history": JANE, "history_failed": HistorySearch(patient_id="880231", member_id="ZQX4471902")}
    for kind, search in kinds.items():
        history = await answering(sample(f"eligibility/{kind}"), zone="America/Chicago").history(search)
        decoded = msgspec.json.decode(msgspec.json.encode(history), type=Eligibility.history.answer_type)
        assert decoded == history
        assert isinstance(decoded, History)


def test_how_long_it_is_remembered() -> None:
    """A history is good for a minute, found or not: what a payer says must not age unseen."""
    assert {name: policy.ages.fresh for name, policy in policies([Eligibility], {})} == {
        "Eligibility.history": 60
    }
