from typing import get_args

import httpx
import pytest

from sandbox.clinic import Clinic, Switches
from sandbox.clinic.switches import Envelope
from sandbox.plans import PLANS
from sandbox.population import Population
from tests.sandbox.talking import at_clinic, client

LISTS = ["person_informations", "dependents", "plans"]


def rows(body: object, name: str) -> list[dict[str, object]]:
    """The rows of a list in any envelope."""
    found = body if isinstance(body, list) else body.get(name, body.get("data"))  # type: ignore[attr-defined]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_is_under_its_own_name_with_its_pagination(office: httpx.AsyncClient, name: str) -> None:
    """Unless switched: 25 rows a page, counted from 1."""
    answer = await office.get(f"/{name}")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    body = answer.json()
    assert set(body) == {name, "pagination"}
    assert len(body[name]) == body["pagination"]["per_page"] == 25
    assert body["pagination"]["current_page"] == 1
    assert body["pagination"]["total_pages"] == -(-body["pagination"]["total_count"] // 25) > 1


@pytest.mark.parametrize("envelope", get_args(Envelope))
@pytest.mark.parametrize("name", LISTS)
async def test_pages_follow_one_another_in_each_envelope(
    people: Population, envelope: Envelope, name: str
) -> None:
    """All rows once, in the same order; beyond the last page there is an empty one."""
    async with at_clinic(Clinic(people, Switches(envelope=envelope, page_size=10))) as office:
        whole = rows((await office.get(f"/{name}?page_size=100")).json(), name)
        paged, number = [], 1
        while page := rows((await office.get(f"/{name}?page={number}")).json(), name):
            paged += page
            number += 1
    assert paged[:100] == whole
    assert len({row["id"] for row in paged}) == len(paged)


async def test_the_other_envelopes_are_bare(people: Population) -> None:
    """An array, and an array under data: neither tells how many pages there are."""
    async with at_clinic(Clinic(people, Switches(envelope="bare"))) as office:
        assert isinstance((await office.get("/plans")).json(), list)
    async with at_clinic(Clinic(people, Switches(envelope="data"))) as office:
        assert set((await office.get("/plans")).json()) == {"data"}


@pytest.mark.parametrize(
    ("query", "page", "size"),
    [
        ("page_size=1000", 1, 100),
        ("page_size=0&page=0", 1, 25),
        ("page_size=-5&page=-1", 1, 25),
        ("page_size=many&page=two", 1, 25),
        (f"page_size={'9' * 5000}&page={'9' * 5000}", 1, 25),
        ("page=2&page_size=7", 2, 7),
    ],
    ids=["capped", "zero", "negative", "words", "huge", "fine"],
)
async def test_senseless_paging_is_as_if_it_had_not_been_said(
    office: httpx.AsyncClient, query: str, page: int, size: int
) -> None:
    """The cap is a hundred; nothing is refused."""
    pagination = (await office.get(f"/person_informations?{query}")).json()["pagination"]
    assert (pagination["current_page"], pagination["per_page"]) == (page, size)


async def test_lists_are_filtered_by_their_documented_parameters(
    office: httpx.AsyncClient, people: Population
) -> None:
    """Patient and holder by the clinic's id, to the letter."""
    holder, spouse, _ = people.case("two-payors").patient_ids
    id_ = people.by_id[holder].known_as("urn:clinic:patient")
    informations = (await office.get(f"/person_informations?patient_id={id_}")).json()["person_informations"]
    assert [row["ownable_id"] for row in informations] == [int(id_ or 0)]
    dependents = (await office.get(f"/dependents?primary_holder_id={id_}")).json()["dependents"]
    assert [row["primary_holder_id"] for row in dependents] == [int(id_ or 0)] * 2
    assert str(dependents[0]["id"]) == people.by_id[spouse].known_as("urn:clinic:dependent")
    for nobody in ("7", "x", f"{id_}0"):
        assert (await office.get(f"/dependents?primary_holder_id={nobody}")).json()["dependents"] == []


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("active=false", 1),
        ("active=true", len(PLANS) - 1),
        ("carrier=HARBORLIGHT-BENEFITS", 1),
        ("carrier=harborlight-benefits", 0),
        ("plan_type=PPO&carrier=Northlake%20Mutual", 2),
        ("plan_type=PPO&active=false", 0),
        ("plan_type=&carrier=", len(PLANS)),
        ("name=Freedom%20Choice&patient_id=1", len(PLANS)),
    ],
)
async def test_plans_are_filtered(office: httpx.AsyncClient, query: str, count: int) -> None:
    """By type, carrier and activity; blank and unknown parameters filter nothing."""
    assert (await office.get(f"/plans?{query}")).json()["pagination"]["total_count"] == count


async def test_unknown_parameters_are_noted(office: httpx.AsyncClient, clinic: Clinic) -> None:
    """What the real API would have ignored is in the journal; what it knows is not."""
    await office.get("/plans?page=1&page_size=5&plan_type=PPO&carrier=x&active=true")
    await office.get("/person_informations?patient_id=1")
    await office.get("/dependents?primary_holder_id=1")
    assert clinic.journal.unknown_params == set()
    await office.get("/plans?per_page=5")
    await office.get("/person_informations/1?expand=ssn")
    base = "/v1/clinic/insurances"
    assert clinic.journal.unknown_params == {
        (f"{base}/plans", "per_page"),
        (f"{base}/person_informations/1", "expand"),
    }
    assert clinic.journal.count("GET", f"{base}/plans") == 2


async def test_rows_have_the_documented_members(office: httpx.AsyncClient) -> None:
    """No more and no less; what a plan's details are differs by carrier."""
    (person, *_), (dependent, *_), plans = [
        (await office.get(f"/{name}?page_size=100")).json()[name] for name in LISTS
    ]
    owned = ("id", "first_name", "last_name", "date_of_birth", "ssn", "created_at", "updated_at")
    assert set(person) == {*owned, "ownable_id", "ownable_type", "phone", "email"}
    assert set(dependent) == {*owned, "primary_holder_id", "relationship"}
    members = "id plan_name carrier plan_type coverage_details active created_at updated_at"
    assert all(set(plan) == set(members.split()) for plan in plans)
    assert len({tuple(plan["coverage_details"]) for plan in plans}) > 2


async def test_no_ssn_is_ever_shown(office: httpx.AsyncClient, people: Population) -> None:
    """Masked, or null where none was given."""
    shown = [
        row["ssn"]
        for name in LISTS[:2]
        for page in range(1, 4)
        for row in (await office.get(f"/{name}?page_size=100&page={page}")).json()[name]
    ]
    assert {ssn[:7] for ssn in shown if ssn} == {"***-**-"}
    assert None in shown
    assert len(shown) == sum(map(len, (*people.informations.values(), *people.dependents.values())))


async def test_a_person_information_is_read_by_its_id(office: httpx.AsyncClient) -> None:
    """The same row as in the list, without an envelope."""
    listed = (await office.get("/person_informations")).json()["person_informations"][3]
    assert (await office.get(f"/person_informations/{listed['id']}")).json() == listed


@pytest.mark.parametrize("id_", ["1", "x", "9" * 30, "-1"])
async def test_an_unknown_person_information_is_not_found(office: httpx.AsyncClient, id_: str) -> None:
    """404 with the documented sentence."""
    answer = await office.get(f"/person_informations/{id_}")
    assert (answer.status_code, answer.json()) == (404, {"errors": "Person information not found"})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/dependents/1"),
        ("GET", "/plans/31"),
        ("DELETE", "/dependents"),
        ("POST", "/plans"),
        ("GET", "/"),
    ],
)
async def test_what_is_not_documented_is_not_there(office: httpx.AsyncClient, method: str, path: str) -> None:
    """404 as JSON, for paths and methods alike."""
    answer = await office.request(method, path)
    assert (answer.status_code, answer.json()) == (404, {"errors": "Not Found"})


@pytest.mark.parametrize("status", [401, 422])
@pytest.mark.parametrize("token", [None, "", "guess"])
async def test_without_the_token_nothing_is_told(people: Population, status: int, token: str | None) -> None:
    """401 or, switched, 422; the errors are one sentence and not a map of fields."""
    clinic = Clinic(people, Switches(auth_refusal=401 if status == 401 else 422))
    async with client(clinic.app()) as stranger:
        headers = {} if token is None else {"X-User-Token": token}
        answers = [
            await stranger.request(method, f"/v1/clinic/insurances/{name}", headers=headers)
            for method, name in (("GET", "plans"), ("GET", "person_informations/1"), ("POST", "dependents"))
        ]
    assert {answer.status_code for answer in answers} == {status}
    assert answers[0].json() == {"errors": "You are not authorized to perform this action."}
