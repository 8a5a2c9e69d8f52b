"""Whatever the clinic answers, it is a record, a list or a coded error, and no error repeats it."""

import json
from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.clinic.connector import CATALOGUE, Clinic
from connectors.clinic.refusal import refusal
from connectors.clinic.search import PageSearch
from connectors.errors import Refused, Rejected
from tests.connectors.clinic_answers import ENVELOPES, answering
from tests.connectors.hostile import JSON, SECRET, damaged, ends_well, mutated
from tests.samples import sample

LISTS = {
    "person_information": "person_informations",
    "dependent": "dependents",
    "insurance_plan": "plans",
}

PAGE = PageSearch(first=2)
QUESTIONS: dict[str, list[Callable[[Clinic], Awaitable[object]]]] = {
    "person_information": [
        lambda server: server.person_information("123"),
        lambda server: server.person_informations_of("1049"),
        lambda server: server.person_informations(PAGE),
    ],
    "dependent": [lambda server: server.dependents_of("1049"), lambda server: server.dependents(PAGE)],
    "insurance_plan": [lambda server: server.plans(CATALOGUE), lambda server: server.reachable()],
}


async def ask(kind: str, body: bytes, status: int = 200) -> None:
    """Asks every question about a kind of record where `body` is the answer to everything."""
    server = answering(body, status)
    for question in QUESTIONS[kind]:
        await ends_well(partial(question, server), "clinic")


def wrapped(kind: str, envelope: str) -> bytes:
    """A page with the example twice, the second with an id of its own."""
    row = json.loads(sample(f"clinic/{kind}"))
    pagination = {"current_page": 1, "total_pages": 1, "total_count": 2}
    return json.dumps(ENVELOPES[envelope](LISTS[kind], [row, {**row, "id": 1}], pagination)).encode()


@pytest.mark.parametrize("kind", LISTS)
@given(body=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
async def test_anything(kind: str, body: bytes) -> None:
    """Any bytes and any JSON end as a record, a list or a coded error."""
    await ask(kind, body)


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("change", [mutated, damaged])
@given(data=st.data())
async def test_almost_a_record(
    kind: str, change: Callable[[bytes], st.SearchStrategy[bytes]], data: st.DataObject
) -> None:
    """A record with other values in it, cut short or damaged ends as a record or as a coded error."""
    await ask(kind, data.draw(change(sample(f"clinic/{kind}"))))


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("change", [mutated, damaged])
@given(data=st.data(), envelope=st.sampled_from(sorted(ENVELOPES)))
async def test_almost_a_page(
    kind: str, change: Callable[[bytes], st.SearchStrategy[bytes]], data: st.DataObject, envelope: str
) -> None:
    """A page with other values in it, cut short or damaged ends as records or as a coded error."""
    await ask(kind, data.draw(change(wrapped(kind, envelope))))


@pytest.mark.parametrize("change", [mutated, damaged])
@given(data=st.data())
async def test_almost_a_refusal(
    change: Callable[[bytes], st.SearchStrategy[bytes]], data: st.DataObject
) -> None:
    """A refusal with other values in it, cut short or damaged is one of two coded errors."""
    body = data.draw(change(sample("clinic/422_validation")))
    assert refusal(422, body) in {Refused, Rejected}
    assert refusal(400, body) is Rejected


@given(st.integers(400, 499), st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_refusal(status: int, body: bytes) -> None:
    """Reading why something was refused does not fail."""
    assert refusal(status, body) in {Refused, Rejected}


@given(data=st.data())
async def test_one_bad_entry_never_costs_another(data: st.DataObject) -> None:
    """Whatever happens to one entry of a page, the one beside it is told."""
    good = {"id": 1, "plan_name": "Northlake Silver"}
    other = json.loads(data.draw(mutated(sample("clinic/insurance_plan"))))
    listing = await answering([good, other]).plans(CATALOGUE)
    assert listing.items[0].plan_name == "Northlake Silver"
    assert len(listing.items) + listing.bad_entries <= 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"\xef\xbb\xbf[]",
        b'[{"id": 1, "plan_name": "\xff"}]',
        b'[{"id": 1, "coverage_details": {"x": "\xff"}}]',
        b'[{"id": 1, "coverage_details": {"\xff": 1}}]',
        b'[{"id": 1, "coverage_details": {"copay": ' + b"9" * 5_000 + b"}}]",
        b'[{"id": 1, "coverage_details": {"copay": "1e99999999999999999999"}}]',
        b'[{"id": 1, "coverage_details": {"x": ' + b"[" * 5_000 + b"]" * 5_000 + b"}}]",
        b'[{"id": ' + b"9" * 5_000 + b"}]",
        b'[{"id": 1, "zz": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]",
        b'{"plans": ' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"}",
        b'{"plans": [], "pagination": {"current_page": 1, "total_pages": 99999999999999999999}}',
        b'{"errors": "' + SECRET.encode() + b'"}',
        b'{"errors": ' + b"[" * 9_000,
    ],
    ids=range(15),
)
@pytest.mark.parametrize("status", [200, 422])
async def test_known_poison(body: bytes, status: int) -> None:
    """Depth, digits, encodings and names that have broken readers before do not break this one."""
    for kind in LISTS:
        await ask(kind, body, status)
