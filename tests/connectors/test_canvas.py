"""Canvas as the graph reads it: who a patient is elsewhere, and who is found by that."""

import json
from collections.abc import Callable

import httpx
import pytest

from connectors.canvas.connector import Canvas
from connectors.errors import InvalidKey, Refused
from connectors.fhir.links import ForeignId, IdentifierSystems, Link, LinkName, LinkState
from tests.connectors.fhir_answers import answer, bundle, fhir

SYSTEMS = IdentifierSystems(clinic="urn:c", eligibility="urn:e", clinik="urn:k", dependent="urn:d")


def canvas(handler: Callable[[httpx.Request], httpx.Response]) -> Canvas:
    """A Canvas that answers as `handler` does."""
    return Canvas(fhir(handler), "here", SYSTEMS)


def patient(number: int, *identifiers: tuple[str, str]) -> dict[str, object]:
    """A patient with identifiers as (system, value)."""
    told = [{"system": system, "value": value} for system, value in identifiers]
    return {"resourceType": "Patient", "id": f"p{number}", "identifier": told}


LINKED = Link(state=LinkState.LINKED, id="7")
NOT_LINKED = Link(state=LinkState.NOT_LINKED)
AMBIGUOUS = Link(state=LinkState.AMBIGUOUS)


@pytest.mark.parametrize(
    ("identifiers", "link"),
    [
        ([], NOT_LINKED),
        ([("urn:c", "7")], LINKED),
        ([("urn:c", "7"), ("urn:c", "7")], LINKED),
        ([("urn:c", "7"), ("urn:c", "8")], AMBIGUOUS),
        ([("urn:elsewhere", "7")], NOT_LINKED),
        ([("urn:c", " ")], NOT_LINKED),
    ],
)
async def test_a_link_is_what_the_identifiers_say(identifiers: list[tuple[str, str]], link: Link) -> None:
    """One id under the configured system links; none does not; two different ones are not guessed between."""
    body = json.dumps(patient(1, *identifiers)).encode()
    read = await canvas(lambda _: answer(body)).patient("p1")

    assert read is not None
    assert read.links.clinic == link


async def test_the_wire_cannot_link() -> None:
    """Links follow from identifiers alone, whatever else a resource holds."""
    forged = {"(links)": {"clinic": {"state": "LINKED", "id": "7"}}, "(source)": {"system": "x"}}
    body = json.dumps(patient(1) | {"(links)": forged["(links)"]}).encode()
    read = await canvas(lambda _: answer(body)).patient("p1")

    assert read is not None
    assert (read.links.clinic, read.source.system) == (NOT_LINKED, "canvas")


async def test_patients_are_found_by_a_foreign_id() -> None:
    """The search names the system, and who came without that identifier is dropped."""
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params["identifier"])
        return answer(bundle([patient(1, ("urn:d", "7")), patient(2, ("urn:c", "7")), patient(3)]))

    found = await canvas(handler).patients_linked(ForeignId(link=LinkName.DEPENDENT, id="7"))

    assert asked == ["urn:d|7"]
    assert [one.id for one in found.items] == ["p1"]
    assert found.items[0].links.dependent == LINKED


@pytest.mark.parametrize("patient_id", ["", "..", "a/b", "a|b", "a,b", "a\nb"])
async def test_a_patient_id_that_can_name_nobody_is_not_sent(patient_id: str) -> None:
    """Nothing is asked for it: a search with a broken filter would find everything."""

    def handler(_: httpx.Request) -> httpx.Response:
        raise AssertionError

    with pytest.raises(InvalidKey):
        await canvas(handler).coverages_of(patient_id)


async def test_reachable_means_authorised() -> None:
    """The question that tells whether Canvas works is one that needs our credentials."""
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url.raw_path, "ascii"))
        return answer(bundle([]))

    await canvas(handler).reachable()

    assert asked == ["/Organization?_count=1"]
    with pytest.raises(Refused):
        await canvas(lambda _: httpx.Response(403)).reachable()
