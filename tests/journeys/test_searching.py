"""Searches and their pages: whatever the EHR makes of the parameters, what comes out is what was sought."""

from typing import Any

import pytest

from tests.journeys.conftest import Gateway

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATIENTS = """
query Patients($search: PatientSearch!, $first: Int, $after: String) {
  patients(search: $search, first: $first, after: $after) {
    nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } totalCount
  }
}
"""


async def found(gateway: Gateway, **search: object) -> list[str]:
    """The ids that a search finds, all pages of it."""
    ids: list[str] = []
    page: dict[str, Any] = {"pageInfo": {"hasNextPage": True, "endCursor": None}}
    while page["pageInfo"]["hasNextPage"]:
        answer = await gateway.data(PATIENTS, search=search, first=7, after=page["pageInfo"]["endCursor"])
        page = answer["patients"]
        assert len(page["nodes"]) <= 7
        ids += [node["id"] for node in page["nodes"]]
    return ids


async def test_patients_by_number(gateway: Gateway) -> None:
    """An MRN and an identifier, with or without its system, find their patient and nobody else."""
    patient = gateway.case("ordinary")
    facts = gateway.population.facts(patient)
    answer = await gateway.data(
        "query($id: ID!) { patient(id: $id) { identifiers { system value } } }", id=patient
    )
    linked = next(one for one in answer["patient"]["identifiers"] if one["system"] == "urn:clinic:patient")

    assert await found(gateway, mrn=facts["mrn"]) == [patient]
    assert await found(gateway, identifier=linked) == [patient]
    assert await found(gateway, identifier={"value": facts["mrn"]}) == [patient]
    assert await found(gateway, identifier={"system": "urn:elsewhere", "value": facts["mrn"]}) == []
    assert await found(gateway, identifier=linked, mrn=facts["mrn"]) == [patient]
    assert await found(gateway, identifier=linked, mrn="0") == []


async def test_patients_by_name_and_birth_date(gateway: Gateway) -> None:
    """A part of any name finds its patients, whatever its case; a birth date narrows it."""
    patient = gateway.case("ordinary")
    facts = gateway.population.facts(patient)
    family = facts["name"]["text"].split()[-1]

    assert patient in await found(gateway, name=family.upper())
    assert await found(gateway, name=family, birthDate=facts["birthDate"]) == [patient]
    assert await found(gateway, name=family, birthDate="1901-01-01") == []
    assert await found(gateway, name="nobody is called this") == []


async def test_pages_hold_everyone_once(gateway: Gateway) -> None:
    """Going from page to page gives every patient that has the name, each once."""
    population = gateway.population
    sought = [person.id for person in population.people if "a" in person.name.casefold().split()[-1]]
    assert len(sought) > 20

    ids = await found(gateway, name="a")

    assert len(ids) == len(set(ids))
    assert set(sought) <= set(ids)


async def test_a_birth_date_shared_by_many(gateway: Gateway) -> None:
    """The total is told where the EHR's own count is of what was sought, and only there."""
    patient = gateway.case("ordinary")
    birth_date = gateway.population.facts(patient)["birthDate"]
    answer = await gateway.data(PATIENTS, search={"birthDate": birth_date})

    ignored = gateway.canvas.switches.mode == "ignores-filters"
    expected = None if ignored else len(answer["patients"]["nodes"])
    assert answer["patients"]["totalCount"] == expected


COVERAGES = """
query Coverages($filter: CoverageFilter!, $status: [CoverageStatusCode!], $first: Int, $after: String) {
  coverages(filter: $filter, status: $status, first: $first, after: $after) {
    edges { cursor node { id beneficiary { id } } } pageInfo { hasNextPage endCursor } totalCount
  }
}
"""


async def test_coverages_of_a_patient_in_pages(gateway: Gateway) -> None:
    """Twenty-five coverages in pages of ten, in the EHR's order, with their number."""
    patient = gateway.case("more-than-twenty-coverages")
    ids: list[str] = []
    after = None
    for size in (10, 10, 5):
        answer = await gateway.data(COVERAGES, filter={"patientId": patient}, first=10, after=after)
        page = answer["coverages"]
        assert (len(page["edges"]), page["totalCount"]) == (size, 25)
        ids += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]

    assert page["pageInfo"]["hasNextPage"] is False
    assert ids == [one["id"] for one in gateway.population.facts(patient)["coverages"]]


async def test_coverages_under_a_shared_number(gateway: Gateway) -> None:
    """A member number that a family shares leads to each member's coverage."""
    family = gateway.population.case("family-shared-member-number").patient_ids
    number = gateway.population.facts(family[0])["coverages"][0]["memberId"]

    answer = await gateway.data(COVERAGES, filter={"subscriberId": number})

    assert [edge["node"]["beneficiary"]["id"] for edge in answer["coverages"]["edges"]] == list(family)


async def test_organizations_by_name(gateway: Gateway) -> None:
    """A part of a payor's name finds it, and its coverages can be asked from there."""
    payor = gateway.population.payors[0]
    answer = await gateway.data(
        "query($name: String!) { organizations(name: $name) { nodes { id name } pageInfo { hasNextPage } } }",
        name=payor.name[1:].lower(),
    )

    assert {"id": payor.id, "name": payor.name} in answer["organizations"]["nodes"]
    assert all(payor.name[1:].lower() in one["name"].lower() for one in answer["organizations"]["nodes"])


async def test_no_parameter_is_sent_that_canvas_does_not_know(gateway: Gateway) -> None:
    """Every search parameter is a documented one: an unknown one would silently find everything."""
    patient = gateway.case("ordinary")
    await found(gateway, name="a", birthDate="1990-01-01", mrn="1")
    await gateway.data(COVERAGES, filter={"patientId": patient})
    await gateway.data(COVERAGES, filter={"subscriberId": "1"})
    await gateway.data('{ organizations(name: "a") { nodes { id } } }')

    assert gateway.canvas.journal.unknown_params == set()
