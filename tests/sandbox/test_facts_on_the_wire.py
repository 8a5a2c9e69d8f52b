"""The facts are told from the people; here they are compared with what the upstreams say on the wire."""

import json
from decimal import Decimal
from typing import Any

import httpx

from sandbox.clinic import Clinic, Switches
from sandbox.eligibility.rest import SEARCH
from sandbox.facts_eligibility import AmountFacts
from sandbox.population import Population
from tests.sandbox.talking import at_clinic


async def everything(office: httpx.AsyncClient, name: str) -> list[dict[str, Any]]:
    """All rows of a list."""
    rows: list[dict[str, Any]] = (await office.get(f"/{name}?page_size=100000")).json()[name]
    return rows


async def test_person_informations_are_the_clinics_newest(people: Population) -> None:
    """For everybody; whom the clinic does not know it has nothing about."""
    async with at_clinic(Clinic(people, Switches(page_cap=100_000))) as office:
        rows = await everything(office, "person_informations")
    newest = {str(row["ownable_id"]): row for row in sorted(rows, key=lambda row: str(row["updated_at"]))}
    for person in people.people:
        facts = people.facts(person.id)
        told, row = facts["personInformation"], newest.get(facts["links"]["clinic"]["id"] or "")
        names = ("first_name", "last_name", "date_of_birth", "ssn", "phone", "email")
        assert (told and tuple(told.values())) == (row and tuple(row[name] for name in names))


async def test_dependents_are_the_clinics(people: Population) -> None:
    """For every holder, in the clinic's order, linked as the patients' identifiers say."""
    async with at_clinic(Clinic(people, Switches(page_cap=100_000))) as office:
        rows = await everything(office, "dependents")
    patients = {person.known_as("urn:clinic:dependent"): person.id for person in people.people}
    for person in people.people:
        facts = people.facts(person.id)
        told = facts["dependents"]
        mine = [row for row in rows if str(row["primary_holder_id"]) == facts["links"]["clinic"]["id"]]
        assert [(it["firstName"], it["relationship"].lower()) for it in told or ()] == [
            (row["first_name"], row["relationship"]) for row in mine
        ]
        assert [it["patient"] and it["patient"]["id"] for it in told or ()] == [
            patients.get(str(row["id"])) for row in mine
        ]


def amount(network: dict[str, Any], name: str) -> AmountFacts | None:
    """The amount of that name, as the facts tell it."""
    year, remaining = network[f"{name}_year"], network[f"{name}_remaining"]
    if year is None and remaining is None:
        return None
    used = year - remaining if None not in (year, remaining) else None
    return {"total": dollars(year), "remaining": dollars(remaining), "used": dollars(used)}


def dollars(number: Decimal | None) -> str | None:
    """Two decimals."""
    return None if number is None else f"{number:.2f}"


async def test_latest_eligibility_is_the_services_newest(
    service: httpx.AsyncClient, people: Population
) -> None:
    """For every coverage of everybody linked, to the cent, read as exact decimals."""
    for person in people.people:
        facts = people.facts(person.id)
        id_ = facts["links"]["eligibility"]["id"]
        for coverage in facts["coverages"] if id_ else ():
            asked = {"patient_id": id_, "insurance_number": coverage["memberId"]}
            answer = await service.get(SEARCH, params=asked)
            content = json.loads(answer.content, parse_float=Decimal)["data"]["content"]
            told = coverage["latestEligibility"]
            assert bool(told) == bool(content)
            if told:
                (record,) = content
                assert (told["timestamp"], told["channel"]) == (
                    f"{record['timestamp']}+00:00",
                    record["channel_id"],
                )
                network = record["response"] and record["response"]["in_network"]
                assert bool(told["inNetwork"]) == bool(network)
            if told and told["inNetwork"]:
                assert told["inNetwork"]["individualDeductible"] == amount(network, "individual_deductible")
                assert told["inNetwork"]["familyOutOfPocket"] == amount(network, "family_out_of_pocket")
                assert told["inNetwork"]["coPay"] == dollars(network["co_pay"])
