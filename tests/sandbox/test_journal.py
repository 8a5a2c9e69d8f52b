import asyncio

from sandbox.canvas import Canvas, Switches
from sandbox.journal import Call, Journal
from sandbox.population import Population
from tests.sandbox.talking import CREDENTIALS, client, signed_in


async def test_every_request_is_noted(canvas: Canvas) -> None:
    """Method, path and sorted query, of both apps, refused requests too."""
    async with client(canvas.token_app()) as ehr, client(canvas.fhir_app()) as fhir:
        await ehr.post("/auth/token/", data=CREDENTIALS)
        await fhir.get("/Coverage?status=active&_count=5&patient=Patient%2F1")
        await fhir.get("/Patient/1")
    assert canvas.journal.calls() == [
        Call("POST", "/auth/token/"),
        Call("GET", "/Coverage", (("_count", "5"), ("patient", "Patient/1"), ("status", "active"))),
        Call("GET", "/Patient/1"),
    ]


async def test_calls_can_be_counted_by_method_and_path(canvas: Canvas) -> None:
    """An exact path, or everything below one."""
    async with signed_in(canvas) as fhir:
        for path in ("/Coverage", "/Coverage", "/Coverage/1", "/Coverage/2", "/Patient/1"):
            await fhir.get(path)
    journal = canvas.journal
    assert journal.count() == 6
    assert journal.count("GET", "/Coverage") == 2
    assert journal.count("GET", "/Coverage/*") == 2
    assert journal.count("GET") == 5
    assert journal.count("POST", "/Coverage") == 0
    journal.clear()
    assert journal.calls() == []


async def test_known_parameters_are_not_unknown(canvas: Canvas) -> None:
    """Paging, format and the documented filters leave no trace; a made-up parameter of a read does."""
    async with signed_in(canvas) as fhir:
        await fhir.get(
            "/Coverage?patient=Patient/1&_count=5&_offset=0&_format=json&status=active&subscriberid=1"
        )
        await fhir.get("/Patient?_sort=family&identifier=a|b&name=x")
        assert canvas.journal.unknown_params == set()
        await fhir.get(f"/Patient/{canvas.population.people[0].id}?_summary=true")
        await fhir.post("/Patient/_search", data={"birthDate": "2000-01-01"})
    path = f"/Patient/{canvas.population.people[0].id}"
    assert canvas.journal.unknown_params == {(path, "_summary"), ("/Patient/_search", "birthDate")}


async def test_the_peak_of_requests_in_flight(people: Population) -> None:
    """Five at once are five, although each is answered in the end."""
    canvas = Canvas(people, Switches(latency=0.01))
    async with signed_in(canvas) as fhir:
        await fhir.get("/Patient")
        assert canvas.journal.in_flight_peak == 1
        await asyncio.gather(*(fhir.get("/Patient") for _ in range(5)))
    assert canvas.journal.in_flight_peak == 5


def test_a_journal_cleared_in_flight_stays_right() -> None:
    """What was in flight when it was cleared is not counted below nothing afterwards."""
    journal = Journal()
    with journal.answering(Call("GET", "/")):
        journal.clear()
        with journal.answering(Call("GET", "/")):
            pass
    with journal.answering(Call("GET", "/")):
        pass
    assert journal.in_flight_peak == 2
