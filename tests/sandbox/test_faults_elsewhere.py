"""What can go wrong at the clinic and at the eligibility service although HTTP is fine."""

import httpx
import pytest

from sandbox.clinic import Clinic
from sandbox.clinic import Switches as ClinicSwitches
from sandbox.clinic.faults import bad_row, foreign_row
from sandbox.eligibility import Eligibility
from sandbox.eligibility.faults import bad_record, error_code, foreign_record
from sandbox.faults import Fault, html_page, status
from sandbox.population import Population
from tests.sandbox.talking import asking, at_clinic


@pytest.mark.parametrize("envelope", ["plural", "bare", "data"])
async def test_a_list_may_have_somebody_elses_row(people: Population, envelope: str) -> None:
    """In each envelope the last row is the first one's, of another holder."""
    clinic = Clinic(people, ClinicSwitches(envelope=envelope))  # type: ignore[arg-type]
    clinic.faults.add(Fault(foreign_row(), path="/v1/clinic/insurances/dependents"))
    async with at_clinic(clinic) as office:
        body = (await office.get("/dependents")).json()
    first, *_, last = body if envelope == "bare" else body["data" if envelope == "data" else "dependents"]
    assert last == first | {"primary_holder_id": 1}


async def test_a_list_may_have_a_row_of_wrong_types(clinic: Clinic, office: httpx.AsyncClient) -> None:
    """The other rows stay as they are."""
    honest = (await office.get("/plans")).json()["plans"]
    clinic.faults.add(Fault(bad_row()))
    *others, bad = (await office.get("/plans")).json()["plans"]
    assert others == honest
    assert (bad["id"], bad["plan_name"]) == ("seventy", [])


async def test_an_error_may_come_with_http_200(
    eligibility: Eligibility, service: httpx.AsyncClient, people: Population
) -> None:
    """The code tells; there is no data member."""
    eligibility.faults.add(Fault(error_code()))
    answer = await service.get(asking(people, "ordinary"))
    assert answer.status_code == 200
    assert answer.json() == {"code": 2999, "message": "Something went wrong"}


async def test_a_record_may_be_somebody_elses(
    eligibility: Eligibility, service: httpx.AsyncClient, people: Population
) -> None:
    """Another patient and another number than were asked for."""
    eligibility.faults.add(Fault(foreign_record()))
    (record,) = (await service.get(asking(people, "ordinary"))).json()["data"]["content"]
    assert (record["patient_id"], record["insurance_number"]) == (1, "SOMEBODY-ELSE")


async def test_a_record_may_have_wrong_types(
    eligibility: Eligibility, service: httpx.AsyncClient, people: Population
) -> None:
    """A page whose record no reader understands."""
    eligibility.faults.add(Fault(bad_record()))
    (record,) = (await service.get(asking(people, "ordinary"))).json()["data"]["content"]
    assert (record["timestamp"], record["response"]) == (7, "yes")


async def test_faults_are_of_one_upstream(
    clinic: Clinic,
    eligibility: Eligibility,
    office: httpx.AsyncClient,
    service: httpx.AsyncClient,
    people: Population,
) -> None:
    """One is down while the other answers."""
    clinic.faults.add(Fault(status(503)))
    assert (await office.get("/plans")).status_code == 503
    assert (await service.get(asking(people, "ordinary"))).status_code == 200
    clinic.faults.clear()
    eligibility.faults.add(Fault(html_page()))
    assert (await office.get("/plans")).status_code == 200
    assert (await service.get(asking(people, "ordinary"))).text.startswith("<!doctype")
