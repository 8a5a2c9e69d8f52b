"""The simulated Canvas spells its resources as the documentation's examples do."""

import json
from typing import Any

import httpx
import pytest

from sandbox.canvas import Canvas, Switches
from sandbox.canvas.wire import SYSTEMS, Resource, coverage
from sandbox.population import Population
from tests.samples import sample
from tests.sandbox.talking import signed_in


def shape(value: Any) -> Any:
    """The elements of a JSON value without what they say; of an array, its first item."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return [shape(value[0])] if isinstance(value, list) else type(value)


async def first_coverage(fhir: httpx.AsyncClient, canvas: Canvas, case: str) -> Resource:
    """The first coverage of the first patient of a case."""
    (patient, *_) = canvas.population.case(case).patient_ids
    resource: Resource = (await fhir.get(f"/Coverage/{canvas.population.coverages_of[patient][0].id}")).json()
    return resource


async def test_a_coverage_has_the_elements_of_the_documented_one(
    fhir: httpx.AsyncClient, canvas: Canvas
) -> None:
    """Element for element and in the same order as in Canvas's example of a read, which has no end."""
    documented = json.loads(sample("fhir/coverage_read"))
    simulated = await first_coverage(fhir, canvas, "open-ended")
    assert shape(simulated) == shape(documented)
    assert list(simulated) == list(documented)


async def test_a_coverage_is_spelled_as_the_documented_one(fhir: httpx.AsyncClient, canvas: Canvas) -> None:
    """Coding systems, the X12 text and the types beside the references are those of Canvas's example."""
    documented = json.loads(sample("fhir/coverage_read"))
    simulated = await first_coverage(fhir, canvas, "ordinary")
    assert simulated["relationship"] == documented["relationship"]
    assert simulated["type"]["coding"][0]["system"] == documented["type"]["coding"][0]["system"]
    assert simulated["class"][0]["type"] == documented["class"][0]["type"]
    for name in ("subscriber", "beneficiary"):
        assert simulated[name]["type"] == documented[name]["type"]
    assert simulated["payor"][0]["type"] == documented["payor"][0]["type"]


async def test_a_display_may_begin_with_a_blank(fhir: httpx.AsyncClient, canvas: Canvas) -> None:
    """Canvas's own example shows it."""
    (documented,) = json.loads(sample("fhir/coverage_read"))["payor"]
    (simulated,) = (await first_coverage(fhir, canvas, "payor-display-leading-blanks"))["payor"]
    assert simulated["display"] == documented["display"]


async def test_newer_instances_use_the_code_systems_of_hl7(people: Population) -> None:
    """The switch changes three systems and adds the member number as an identifier; the codes stay."""
    canvas = Canvas(people, Switches(code_systems="terminology"))
    async with signed_in(canvas) as fhir:
        resource = await first_coverage(fhir, canvas, "ordinary")
    assert resource["relationship"]["coding"][0]["system"].startswith(
        "http://terminology.hl7.org/CodeSystem/"
    )
    assert resource["type"]["coding"][0]["system"] == "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    assert resource["identifier"][0]["value"] == resource["subscriberId"]
    assert resource["relationship"]["coding"][0]["code"] == "self"


async def test_a_bundle_has_the_form_of_the_documented_one(fhir: httpx.AsyncClient, canvas: Canvas) -> None:
    """Links are relative; an entry has a resource and nothing else."""
    documented = json.loads(sample("fhir/coverage_search"))
    (patient,) = canvas.population.case("no-class").patient_ids
    simulated = (await fhir.get("/Coverage", params={"patient": f"Patient/{patient}"})).json()
    assert list(simulated) == list(documented)
    assert [link["relation"] for link in simulated["link"]] == [
        link["relation"] for link in documented["link"]
    ]
    assert all(link["url"].startswith("/Coverage?patient=Patient%2F") for link in simulated["link"])
    assert [list(entry) for entry in simulated["entry"]] == [["resource"]]


@pytest.mark.parametrize(
    ("kind", "sampled"), [("Patient", "patient_linked"), ("Organization", "organization_insurer")]
)
async def test_other_resources_have_the_documented_elements(
    fhir: httpx.AsyncClient, people: Population, kind: str, sampled: str
) -> None:
    """A patient and an insurer have every element of the samples, of the same JSON type."""
    id_ = people.people[0].id if kind == "Patient" else people.payors[0].id
    simulated = shape((await fhir.get(f"/{kind}/{id_}")).json())
    documented = shape(json.loads(sample(f"fhir/{sampled}")))
    assert {name: simulated.get(name) for name in documented} == documented


async def test_external_identifiers_stand_after_canvass_own(
    fhir: httpx.AsyncClient, people: Population
) -> None:
    """The first identifier is the record number without an id; the others have ids and a long period."""
    person = people.people[0]
    own, *others = (await fhir.get(f"/Patient/{person.id}")).json()["identifier"]
    assert (own["system"], own["value"]) == ("http://canvasmedical.com", person.mrn)
    assert "id" not in own
    assert [(it["system"], it["value"]) for it in others] == list(person.identifiers)
    assert all(it["period"] == {"start": "1970-01-01", "end": "2100-12-31"} for it in others)


async def test_answers_carry_a_correlation_id(canvas: Canvas, fhir: httpx.AsyncClient) -> None:
    """Canvas's support asks for it, so every answer has another one, errors too."""
    answers = [await fhir.get(path) for path in ("/Patient", "/Patient/nobody", "/Nothing", "/metadata")]
    answers.append(await fhir.delete("/Patient/nobody"))
    assert len({answer.headers["fumage-correlation-id"] for answer in answers}) == len(answers)
    assert answers[0].headers["content-type"] == "application/fhir+json"


def test_both_spellings_say_the_same(people: Population) -> None:
    """Only systems differ between the instances: status, period, payor, order and codes are equal."""
    for it in people.coverages:
        older, newer = (coverage(it, systems) for systems in SYSTEMS.values())
        for name in ("status", "period", "payor", "order", "subscriberId"):
            assert older[name] == newer[name]
