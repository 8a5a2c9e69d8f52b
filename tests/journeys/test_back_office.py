"""The clinic's and the eligibility service's own questions: catalogue, persons, dependents, checks."""

from typing import Any

import pytest

from tests.journeys.conftest import Gateway

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def pages(gateway: Gateway, field: str, selection: str, arguments: str = "") -> list[dict[str, Any]]:
    """All nodes of a connection, page by page."""
    nodes: list[dict[str, Any]] = []
    after, more = None, True
    while more:
        query = f"""query($after: String) {{ {field}(first: 17, after: $after{arguments}) {{
            nodes {{ {selection} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
        page = (await gateway.data(query, after=after))[field]
        nodes += page["nodes"]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return nodes


async def test_the_catalogue_in_pages_and_by_filter(gateway: Gateway) -> None:
    """Each plan once; by carrier, type and activity, whatever the case; asked of the clinic only once."""
    selection = "id planName carrier planType active coverageDetails { deductible copay outOfPocketMax }"
    plans = await pages(gateway, "insurancePlans", selection)
    asked = gateway.sandbox.clinic.journal.count()

    assert len(plans) == len({plan["id"] for plan in plans}) > 30
    carrier, kind = plans[0]["carrier"], plans[0]["planType"]
    narrowed = f', filter: {{carrier: "{carrier.upper()}", planType: "{kind.lower()}", active: true}}'
    assert await pages(gateway, "insurancePlans", selection, narrowed) == [
        plan for plan in plans if (plan["carrier"], plan["planType"], plan["active"]) == (carrier, kind, True)
    ]
    inactive = await pages(gateway, "insurancePlans", selection, ", filter: {active: false}")
    assert inactive == [plan for plan in plans if plan["active"] is False]
    assert inactive
    assert gateway.sandbox.clinic.journal.count() == asked


async def test_a_patients_person_informations(gateway: Gateway) -> None:
    """All that the clinic has of a patient, by the EHR's id; the patient's own field tells the newest."""
    patient = gateway.case("two-person-informations")
    facts = gateway.population.facts(patient)
    selection = "id firstName lastName ssnMasked ownable { type id } patient { id }"
    persons = await pages(gateway, "personInformations", selection, f', patientId: "{patient}"')

    assert len(persons) == 2
    assert {person["patient"]["id"] for person in persons} == {patient}
    assert {person["ownable"]["id"] for person in persons} == {facts["links"]["clinic"]["id"]}
    one = persons[0]
    by_id = await gateway.data(
        f"query($id: ID!) {{ personInformation(id: $id) {{ {selection} }} }}", id=one["id"]
    )
    assert by_id["personInformation"] == one


async def test_everybodys_person_informations_in_pages(gateway: Gateway) -> None:
    """Each once, and no whole social security number anywhere."""
    persons = await pages(gateway, "personInformations", "id ssnMasked")

    assert len(persons) == len({person["id"] for person in persons}) > 100
    assert all((person["ssnMasked"] or "***-**-").startswith("***-**-") for person in persons)


async def test_dependents_of_a_holder_and_of_all(gateway: Gateway) -> None:
    """A holder's dependents, each with its holder and, where the EHR links one, its own patient."""
    holder = gateway.case("dependents-with-and-without-patient")
    selection = "id firstName holder { id } patient { id }"
    dependents = await pages(gateway, "dependents", selection, f', patientId: "{holder}"')
    facts = gateway.population.facts(holder)["dependents"]

    assert facts
    assert [(one["firstName"], one["patient"]) for one in dependents] == [
        (one["firstName"], one["patient"]) for one in facts
    ]
    assert {one["holder"]["id"] for one in dependents} == {holder}
    everybody = await pages(gateway, "dependents", "id")
    assert {one["id"] for one in dependents} < {one["id"] for one in everybody}


async def test_checks_under_a_number(gateway: Gateway) -> None:
    """A patient's history by member number, on any or on given channels, and for the whole patient."""
    patient = gateway.case("several-channels")
    number = gateway.population.facts(patient)["coverages"][0]["memberId"]
    query = """query($id: ID!, $number: String!, $channels: [EligibilityChannel!]) {
        eligibilityHistory(patientId: $id, memberId: $number, channels: $channels) {
          latest { id channel } checks { id channel timestamp } answers { code message totalElements } }
        patient(id: $id) { eligibilityHistory { latest { id } } } }"""

    newest = await gateway.data(query, id=patient, number=number)
    history = newest["eligibilityHistory"]
    assert history["latest"]["id"] == newest["patient"]["eligibilityHistory"]["latest"]["id"]
    assert history["answers"][0]["code"] == 2000
    each = await gateway.data(
        query, id=patient, number=number, channels=["CLAIM_MD", "MANUAL_CAPTURE", "EDI"]
    )
    checks = each["eligibilityHistory"]["checks"]
    assert len(each["eligibilityHistory"]["answers"]) == 3
    assert [check["timestamp"] for check in checks] == sorted(
        (check["timestamp"] for check in checks), reverse=True
    )


async def test_an_unknown_number_has_no_checks(gateway: Gateway) -> None:
    """A number that the service does not know is an empty history; one that nobody can have is refused."""
    query = """query($id: ID!, $number: String!) {
        eligibilityHistory(patientId: $id, memberId: $number) { latest { id } checks { id } } }"""
    patient = gateway.case("ordinary")

    assert await gateway.data(query, id=patient, number="NOBODY-0") == {
        "eligibilityHistory": {"latest": None, "checks": []}
    }
    body = await gateway.ask(query, id=patient, number="A\r\nB")
    assert [error["extensions"]["code"] for error in body["errors"]] == ["BAD_USER_INPUT"]


async def test_a_payers_number_is_learnt_from_its_answers(gateway: Gateway) -> None:
    """Once a check has named a payor's number, the payor tells it, and where it comes from."""
    patient = gateway.case("two-payors")
    payors = "query($id: ID!) { patient(id: $id) { coverages { payor { name payerIds { value origin } } } } }"
    before = await gateway.data(payors, id=patient)
    checked = await gateway.data(
        "query($id: ID!) { patient(id: $id) { coverages { latestEligibility { payerId payerName } } } }",
        id=patient,
    )
    after = await gateway.data(payors, id=patient)

    for coverage in before["patient"]["coverages"]:
        assert coverage["payor"]["payerIds"] == []
    told = {
        one["latestEligibility"]["payerName"]: one["latestEligibility"]["payerId"]
        for one in checked["patient"]["coverages"]
    }
    for coverage in after["patient"]["coverages"]:
        payor = coverage["payor"]
        assert payor["payerIds"] == [{"value": told[payor["name"]], "origin": "ELIGIBILITY"}]
