"""Whatever a FHIR server answers, it is a record or a coded error, and no error repeats it."""

import copy
import json
import traceback
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import UpstreamError
from connectors.fhir.coverage import Coverage
from connectors.fhir.organization import Organization
from connectors.fhir.patient import Patient
from connectors.fhir.related_person import RelatedPerson
from connectors.fhir.resource import Resource
from connectors.listing import Place
from tests.connectors.fhir_answers import BASE, answering, bundle, resource
from tests.samples import sample

SECRET = "S3CRET"
RECORDS: list[type[Resource]] = [Coverage, Organization, Patient, RelatedPerson]
READS = [
    (Coverage, "coverage_read"),
    (Coverage, "coverage_child"),
    (Organization, "organization_insurer"),
    (Patient, "patient_linked"),
]
SEARCHES = ["coverage_search", "bundle_first_page"]

ODD: st.SearchStrategy[object] = st.sampled_from(
    [None, True, 0, -1, 1e308, 2**80, "", SECRET, "\x00", "2024-13", [], [None], {}, [[]], {"x": {}}]
)
JSON = st.recursive(
    ODD | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def look_at(told: object) -> None:
    """Reads every public attribute there is, to the last one."""
    if isinstance(told, tuple):
        for item in told:
            look_at(item)
    elif isinstance(told, msgspec.Struct):
        assert repr(told) == f"<{type(told).__name__}>"
        for name in dir(told):
            if not name.startswith("_"):
                look_at(getattr(told, name))
        if isinstance(told, Coverage):
            told.covers(date(2025, 6, 1))


async def ask(body: bytes, record: type[Resource], key: str) -> None:
    """Reads and searches for `record` where `body` is the answer to everything."""
    server = answering(body, base_url=BASE, most_pages=3)
    for question in (
        lambda: server.read(record, key),
        lambda: server.search(record, {}, lambda _: True),
        lambda: server.search_page(record, {}, lambda _: True, first=1, start=Place()),
    ):
        failure = None
        try:
            look_at(await question())
        except UpstreamError as error:
            failure = error
        if failure:
            assert str(failure) == f"canvas {failure.sentence}"
            assert SECRET not in "".join(traceback.format_exception(failure))


def places(value: object, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths to every value within a JSON value."""
    inner: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [here, *(path for step, one in inner for path in places(one, (*here, step)))]


def replaced(value: Any, path: tuple[str | int, ...], new: object) -> Any:
    """The JSON value with another one at a path."""
    if not path:
        return new
    value[path[0]] = replaced(value[path[0]], path[1:], new)
    return value


@st.composite
def mutated(draw: st.DrawFn, body: bytes) -> bytes:
    """A body in which one to three values are others."""
    value = json.loads(body)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places(value)))
        value = replaced(value, path, copy.deepcopy(draw(JSON)))
    return json.dumps(value).encode()


@st.composite
def damaged(draw: st.DrawFn, body: bytes) -> bytes:
    """A body cut short, or with one byte that is another."""
    at = draw(st.integers(0, len(body) - 1))
    byte = draw(st.binary(max_size=2))
    return body[:at] + byte + body[at + len(byte) :] if byte else body[:at]


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
