from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from sandbox.canvas import Canvas, Switches
from sandbox.canvas.switches import CanvasMode
from sandbox.canvas.wire import Resource
from tests.sandbox.talking import FHIR, signed_in

MODES: list[CanvasMode] = ["canvas", "plain-r4", "ignores-filters"]


@pytest.fixture
def plain() -> Canvas:
    """Another R4 server."""
    return Canvas(switches=Switches(mode="plain-r4"))


@pytest.fixture
async def other(plain: Canvas) -> AsyncIterator[httpx.AsyncClient]:
    """A client that has a token for it."""
    async with signed_in(plain) as one:
        yield one


async def pages(fhir: httpx.AsyncClient, url: str, most: int = 50) -> list[Resource]:
    """The bundles of a search, following the links, at most so many."""
    found: list[Resource] = []
    following: str | None = url
    while following and len(found) < most:
        found.append((await fhir.get(following)).json())
        links = {link["relation"]: link["url"] for link in found[-1].get("link", ())}
        following = links.get("next")
    return found


def matches(bundles: list[Resource]) -> list[Resource]:
    """The resources of the entries that match."""
    entries = [entry for bundle in bundles for entry in bundle.get("entry", ())]
    return [entry["resource"] for entry in entries if entry.get("search", {}).get("mode", "match") == "match"]


def references(value: Any) -> Iterator[str]:
    """Every reference in a JSON value."""
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from references(inner)


@pytest.mark.parametrize("mode", MODES)
async def test_the_same_coverages_are_there_in_each_mode(mode: CanvasMode) -> None:
    """Who re-filters by patient finds, for each named patient, the coverages of the facts in their order."""
    canvas = Canvas(switches=Switches(mode=mode))
    async with signed_in(canvas) as fhir:
        for id_ in (case.patient_ids[0] for case in canvas.population.cases):
            bundles = await pages(fhir, f"/Coverage?patient=Patient/{id_}&_count=100")
            own = [it for it in matches(bundles) if it["beneficiary"]["reference"].endswith(f"Patient/{id_}")]
            expected = canvas.population.facts(id_)["coverages"]
            assert [(it["id"], it["subscriberId"], it["order"]) for it in own] == [
                (it["id"], it["memberId"], it["order"]) for it in expected
            ]


async def test_a_server_that_ignores_filters_returns_everything_in_few_pages() -> None:
    """Each search finds all; two hundred people's coverages are fewer than fifty pages of a hundred."""
    canvas = Canvas(switches=Switches(mode="ignores-filters"))
    async with signed_in(canvas) as fhir:
        bundles = await pages(fhir, "/Coverage?patient=Patient/nobody&_count=100")
        assert [it["id"] for it in matches(bundles)] == [it.id for it in canvas.population.coverages]
        assert len(bundles) < 50
        assert (await fhir.get("/Patient?name=nobody")).json()["total"] == 200


async def test_plain_r4_has_absolute_links_and_strangers_among_the_matches(
    other: httpx.AsyncClient, plain: Canvas
) -> None:
    """Links and fullUrl are absolute, of this server; a page has an outcome and an included resource."""
    first, *_ = bundles = await pages(other, "/Coverage?_count=100")
    assert all(link["url"].startswith(f"{FHIR}/Coverage?") for link in first["link"])
    assert {entry["search"]["mode"] for entry in first["entry"]} == {"match", "include", "outcome"}
    assert all(entry["fullUrl"].startswith(f"{FHIR}/") for entry in first["entry"] if "fullUrl" in entry)
    assert len(matches(bundles)) == first["total"] == len(plain.population.coverages)


async def test_plain_r4_refers_in_every_form(other: httpx.AsyncClient) -> None:
    """References are relative, absolute at this very server, or contained, and each form is used often."""
    found = [
        reference
        for it in matches(await pages(other, "/Coverage?_count=100"))
        for reference in references(it)
    ]
    absolute = [reference for reference in found if reference.startswith("http")]
    assert all(reference.startswith(f"{FHIR}/") for reference in absolute)
    assert len(absolute) > 20
    assert found.count("#payor") > 20
    assert sum(reference.startswith("Organization/") for reference in found) > 20


async def test_plain_r4_contains_payors_of_ordinary_people_only(
    other: httpx.AsyncClient, plain: Canvas
) -> None:
    """Among the named cases only the one about a contained payor has one."""
    named = {id_ for case in plain.population.cases for id_ in case.patient_ids}
    contained = {
        it["beneficiary"]["reference"].rpartition("/")[2]
        for it in matches(await pages(other, "/Coverage?_count=100"))
        if "contained" in it
    }
    assert contained & named == set(plain.population.case("contained-payor").patient_ids)


@pytest.mark.parametrize("kind", ["Patient", "Coverage", "Organization", "RelatedPerson"])
async def test_plain_r4_writes_elements_nobody_models(other: httpx.AsyncClient, kind: str) -> None:
    """Meta, narrative, extensions and extended primitives are everywhere."""
    for resource in matches(await pages(other, f"/{kind}?_count=100")):
        assert {"meta", "text", "extension", "_implicitRules"} <= set(resource)


async def test_plain_r4_wire_forms_of_the_named_cases(other: httpx.AsyncClient, plain: Canvas) -> None:
    """What the cases are about is on the wire."""

    async def read(case: str, kind: str) -> Resource:
        (id_,) = plain.population.case(case).patient_ids
        if kind == "Coverage":
            id_ = plain.population.coverages_of[id_][0].id
        resource: Resource = (await other.get(f"/{kind}/{id_}")).json()
        return resource

    assert (await read("partial-birth-date", "Patient"))["birthDate"] == "1961-07"
    assert (await read("name-as-text-only", "Patient"))["name"] == [{"text": "Basil Featherstonehaugh"}]
    assert (await read("date-time-period", "Coverage"))["period"]["start"] == "2024-01-01T00:00:00-06:00"
    assert (await read("partial-period", "Coverage"))["period"] == {"start": "2024", "end": "2098"}
    assert (
        (await read("patient-as-payor", "Coverage"))["payor"][0]["reference"]
        .rpartition("/")[0]
        .endswith("Patient")
    )
    assert (await read("contained-payor", "Coverage"))["payor"] == [{"reference": "#payor"}]
    assert (await read("absolute-references", "Coverage"))["payor"][0]["reference"].startswith(FHIR)
    subscriber = (await read("related-person-subscriber", "Coverage"))["subscriber"]
    relative = await other.get(f"/RelatedPerson/{subscriber['reference'].rpartition('/')[2]}")
    assert relative.json()["name"] == [{"text": subscriber["display"]}]


async def test_related_people_are_found_by_patient(other: httpx.AsyncClient, plain: Canvas) -> None:
    """By the patient through whom they are known."""
    (id_,) = plain.population.case("related-person-subscriber").patient_ids
    (relative,) = matches(await pages(other, f"/RelatedPerson?patient=Patient/{id_}"))
    assert relative["patient"]["reference"] == f"Patient/{id_}"
