import httpx
import pytest

from sandbox.canvas import Canvas, Switches
from sandbox.canvas.wire import Resource
from sandbox.population import Population
from tests.sandbox.talking import signed_in


async def found(fhir: httpx.AsyncClient, kind: str, **params: str) -> list[Resource]:
    """The resources on the first page of a search."""
    bundle = (await fhir.get(f"/{kind}", params={"_count": "100", **params})).json()
    return [entry["resource"] for entry in bundle.get("entry", ())]


async def test_coverages_are_found_by_each_documented_parameter(
    fhir: httpx.AsyncClient, people: Population
) -> None:
    """Id, patient, subscriber id and status, alone and together."""
    holder, *_ = family = people.case("family-shared-member-number").patient_ids
    (own,) = people.coverages_of[holder]
    by_number = await found(fhir, "Coverage", subscriberid=own.member_id)
    assert [it["beneficiary"]["reference"] for it in by_number] == [f"Patient/{id_}" for id_ in family]
    both = await found(fhir, "Coverage", subscriberid=own.member_id, patient=f"Patient/{holder}")
    assert [it["id"] for it in both] == [own.id]
    assert [it["id"] for it in await found(fhir, "Coverage", _id=own.id)] == [own.id]
    cancelled = await found(fhir, "Coverage", status="cancelled")
    assert {it["status"] for it in cancelled} == {"cancelled"}
    assert not await found(fhir, "Coverage", patient=f"Patient/{holder}", status="cancelled")


async def test_a_patient_is_named_by_type_and_id(fhir: httpx.AsyncClient, people: Population) -> None:
    """A bare id, which Canvas does not document, finds nothing."""
    assert not await found(fhir, "Coverage", patient=people.people[0].id)


@pytest.mark.parametrize(
    "query", [{"beneficiary": "Patient/x"}, {"Patient": "Patient/x"}, {"payor": "x"}, {"nonsense": "1"}]
)
async def test_unknown_parameters_are_ignored(
    fhir: httpx.AsyncClient, canvas: Canvas, query: dict[str, str]
) -> None:
    """A search by something unknown returns everything, and the journal keeps that it happened."""
    answer = await fhir.get("/Coverage", params=query)
    assert answer.json()["total"] == len(canvas.population.coverages)
    assert canvas.journal.unknown_params == {("/Coverage", name) for name in query}


@pytest.mark.parametrize(("systems", "known"), [("valueset", False), ("terminology", True)])
async def test_member_number_identifiers_came_with_the_newer_instances(
    people: Population,
    systems: str,
    known: bool,  # noqa: FBT001  # a column of the table
) -> None:
    """Older instances ignore a search by identifier."""
    switches = Switches(code_systems="terminology" if systems == "terminology" else "valueset")
    async with signed_in(Canvas(people, switches)) as fhir:
        total = (await fhir.get("/Coverage", params={"identifier": people.coverages[0].member_id})).json()[
            "total"
        ]
    assert (total == 1) == known


async def test_patients_are_found_by_their_identifiers(fhir: httpx.AsyncClient, people: Population) -> None:
    """By system and value, by value in any system, by system alone; the record number too."""
    person = people.people[0]
    (system, value), *_ = person.identifiers
    for wanted in (f"{system}|{value}", f"http://canvasmedical.com|{person.mrn}", person.mrn):
        assert [it["id"] for it in await found(fhir, "Patient", identifier=wanted)] == [person.id]
    linked = (await fhir.get("/Patient", params={"identifier": f"{system}|"})).json()["total"]
    assert linked == sum(system in dict(person.identifiers) for person in people.people)
    assert not await found(fhir, "Patient", identifier=f"urn:other|{value}")


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"name": "quillfe"}, ["Odette"]),
        ({"name": "ELLIS"}, ["Bram"]),
        ({"family": "Quillfeather", "given": "ode"}, ["Odette"]),
        ({"nickname": "gwen"}, ["Gwendolyn"]),
        ({"birthdate": "1984-08-09"}, ["Odette"]),
        ({"email": "patient1@example.org"}, ["Odette"]),
        ({"phone": "5550000001"}, ["Odette"]),
        ({"active": "false"}, ["Gwendolyn"]),
        ({"active": "false", "gender": "male"}, []),
        ({"_has:CareTeam:participant:member": "Practitioner/1"}, []),
    ],
    ids=lambda it: next(iter(it), "") if isinstance(it, dict) else None,
)
async def test_patients_are_found_by_demographics(
    fhir: httpx.AsyncClient, params: dict[str, str], expected: list[str]
) -> None:
    """Names in part and in any case, the rest exactly."""
    patients = await found(fhir, "Patient", **params)
    assert [patient["name"][0]["given"][0] for patient in patients] == expected


@pytest.mark.parametrize("order", ["family", "-birthdate", "given", "_id"])
async def test_patients_can_be_sorted(fhir: httpx.AsyncClient, order: str) -> None:
    """Upwards, or downwards with a minus."""
    keys = {"family": "family", "given": "given"}
    name = order.removeprefix("-")
    patients = await found(fhir, "Patient", _sort=order)
    values = [
        it["name"][0][keys[name]] if name in keys else it["id" if name == "_id" else "birthDate"]
        for it in patients
    ]
    if name == "given":
        values = [given[0] for given in values]
    assert values == sorted(values, reverse=order.startswith("-"))


async def test_organizations_are_found_by_name_and_address(fhir: httpx.AsyncClient) -> None:
    """Any part of either."""
    assert [it["name"] for it in await found(fhir, "Organization", name="heron")] == [
        "Blue Heron Health Plan"
    ]
    assert {it["address"][0]["state"] for it in await found(fhir, "Organization", address="ME")} >= {"ME"}


async def test_a_search_can_be_posted(fhir: httpx.AsyncClient, people: Population) -> None:
    """A form at _search finds what the query finds."""
    (patient,) = people.case("primary-and-secondary").patient_ids
    params = {"patient": f"Patient/{patient}"}
    posted = await fhir.post("/Coverage/_search", data=params)
    assert posted.json() == (await fhir.get("/Coverage", params=params)).json()
    assert posted.json()["total"] == 2


@pytest.mark.parametrize("kind", ["Coverage", "Patient", "Organization", "RelatedPerson"])
async def test_an_unknown_id_is_not_found(fhir: httpx.AsyncClient, kind: str) -> None:
    """404 and the documented sentence."""
    answer = await fhir.get(f"/{kind}/c152eeb7")
    assert answer.status_code == 404
    assert answer.json()["issue"] == [
        {"severity": "error", "code": "not-found", "details": {"text": f"Unknown {kind} resource 'c152eeb7'"}}
    ]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/Coverage/x"),
        ("PATCH", "/Coverage/x"),
        ("PUT", "/Organization/x"),
        ("POST", "/Organization"),
        ("GET", "/CoverageEligibilityRequest"),
        ("GET", "/CoverageEligibilityRequest/x"),
    ],
)
async def test_what_canvas_does_not_support(fhir: httpx.AsyncClient, method: str, path: str) -> None:
    """405 and the documented sentence."""
    answer = await fhir.request(method, path)
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (405, "not-supported")


async def test_an_unknown_path_is_no_resource(fhir: httpx.AsyncClient) -> None:
    """404 that is no OperationOutcome, as of a framework that does not know the path."""
    answer = await fhir.get("/Nonsense")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})
