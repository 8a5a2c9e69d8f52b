"""Whatever a FHIR server answers, it is a record or a coded error, and no error repeats it."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.fhir.coverage import Coverage
from connectors.fhir.organization import Organization
from connectors.fhir.patient import Patient
from connectors.fhir.related_person import RelatedPerson
from connectors.fhir.resource import Resource
from connectors.listing import Place
from tests.connectors.fhir_answers import BASE, answering, bundle, resource
from tests.connectors.hostile import JSON, SECRET, damaged, ends_well, mutated
from tests.samples import sample

RECORDS: list[type[Resource]] = [Coverage, Organization, Patient, RelatedPerson]
READS = [
    (Coverage, "coverage_read"),
    (Coverage, "coverage_child"),
    (Organization, "organization_insurer"),
    (Patient, "patient_linked"),
]
SEARCHES = ["coverage_search", "bundle_first_page"]


async def ask(body: bytes, record: type[Resource], key: str) -> None:
    """Reads and searches for `record` where `body` is the answer to everything."""
    server = answering(body, base_url=BASE, most_pages=3)
    for question in (
        lambda: server.read(record, key),
        lambda: server.search(record, {}, lambda _: True),
        lambda: server.search_page(record, {}, lambda _: True, first=1, start=Place()),
    ):
        await ends_well(question, "canvas")


@pytest.mark.parametrize("record", RECORDS)
@given(body=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
async def test_anything(record: type[Resource], body: bytes) -> None:
    """Any bytes and any JSON end as a record or as a coded error."""
    await ask(body, record, "x1")


@pytest.mark.parametrize(("record", "kind"), READS)
@pytest.mark.parametrize("change", [mutated, damaged])
@given(data=st.data())
async def test_almost_a_resource(
    record: type[Resource],
    kind: str,
    change: Callable[[bytes], st.SearchStrategy[bytes]],
    data: st.DataObject,
) -> None:
    """A resource with other values in it, cut short or damaged ends as a record or as a coded error."""
    whole = sample(f"fhir/{kind}")
    body = data.draw(change(whole))
    await ask(body, record, json.loads(whole)["id"])


@pytest.mark.parametrize("kind", SEARCHES)
@pytest.mark.parametrize("change", [mutated, damaged])
@given(data=st.data())
async def test_almost_a_bundle(
    kind: str, change: Callable[[bytes], st.SearchStrategy[bytes]], data: st.DataObject
) -> None:
    """A page with other values in it, cut short or damaged ends as records or as a coded error."""
    await ask(data.draw(change(sample(f"fhir/{kind}"))), Coverage, "x1")


@given(data=st.data())
async def test_one_bad_entry_never_costs_another(data: st.DataObject) -> None:
    """Whatever happens to one entry of a page, those beside it are told."""
    good = json.loads(sample("fhir/coverage_child"))
    other = json.loads(data.draw(mutated(sample("fhir/coverage_read"))))
    body = bundle([good, other])
    listing = await answering(body).search(Coverage, {}, lambda _: True)
    assert good["id"] in [coverage.id for coverage in listing.items]
    assert len(listing.items) + listing.bad_entries <= 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b'{"resourceType": "Coverage", "id": "\xff"}',
        b'{"resourceType": "Coverage", "id": "x1", "order": ' + b"9" * 5_000 + b"}",
        b'{"resourceType": "Coverage", "id": "x1", "zz": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"resourceType": "Coverage", "id": "x1", "contained": [' + b"[" * 5_000 + b"]" * 5_000 + b"]}",
        b'{"resourceType": "Bundle", "entry": [' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"]}",
        b'{"resourceType": "Coverage", "id": "x1", "(source)": {"system": "' + SECRET.encode() + b'"}}',
    ],
    ids=range(9),
)
async def test_known_poison(body: bytes) -> None:
    """Depth, digits, encodings and names that have broken readers before do not break this one."""
    await ask(body, Coverage, "x1")


async def test_the_wire_cannot_say_where_it_comes_from() -> None:
    """An upstream's own words about a record's source are overwritten."""
    source = {"system": SECRET, "fetched_at": "2020-01-01T00:00:00Z"}
    body = json.dumps(resource("x1", "Coverage", **{"(source)": source})).encode()
    coverage = await answering(body).read(Coverage, "x1")
    assert coverage is not None
    assert coverage.source.system == "canvas"
