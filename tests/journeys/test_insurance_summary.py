"""The insurance summary: every named person's, on a day, and what becomes of it when systems fail."""

import gzip
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from app.asgi import create_app
from app.settings import Settings
from sandbox.connection_faults import hang_up
from sandbox.facts import CoverageFacts
from sandbox.faults import Act, Fault, edit_json, status
from tests.journeys.conftest import Gateway, running, sandbox_in, settings_of
from tests.journeys.test_summary import QUESTION, paths

pytestmark = pytest.mark.asyncio(loop_scope="session")

DAY = "2025-09-20"
SUMMARY = """
fragment summary on InsuranceSummary {
  on
  patient { id }
  coverages {
    rank rankReasons inForce { value reasons }
    coverage { id order }
    memberId groupNumber relationship { code } payor { name } payorName plan { planName } planName
    payerMatch { value by }
    inNetwork {
      individualDeductible { total used remaining } familyDeductible { total used remaining }
      individualOutOfPocket { total used remaining } familyOutOfPocket { total used remaining }
      coPay coInsurancePercent limitation { totalVisits visitsRemaining }
    }
    left { deductible { remaining level } outOfPocket { remaining level } visits doubts { benefit reason } }
    priorAuthorization lastCheck { timestamp status { code } } lastCheckAge
  }
  notInForce { coverage { id order } inForce { value reasons } }
  dependents { firstName lastName }
  warnings { code coverageIds }
  unsaid { part code coverageIds }
  sources { system stampedAt: fetchedAt age }
}
"""
ONE = "query One($id: ID!, $on: Date) { insuranceSummary(patientId: $id, on: $on) { ...summary } }" + SUMMARY
OF_PATIENT = (
    "query Of($id: ID!, $on: Date) { patient(id: $id) { insuranceSummary(on: $on) { ...summary } "
    "primaryCoverage(on: $on) { rank reasons inForce { value reasons } coverage { id } } "
    "coverages { id inForce(on: $on) { value reasons } } } }" + SUMMARY
)
LIST = (
    "query List($ids: [ID!]!, $on: Date) { patientsSummary(patientIds: $ids, on: $on) "
    "{ patientId insuranceSummary { ...summary } } }" + SUMMARY
)


def table() -> Iterator[tuple[str, list[str]]]:
    """The rows of summaries.md: who, and what must be said of them."""
    for line in (Path(__file__).parent / "summaries.md").read_text().splitlines():
        if line.startswith("| ") and not line.startswith("| person"):
            person, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            yield person, cells


ROWS = dict(table())


def told(summary: Mapping[str, Any]) -> list[str]:
    """A summary in the words of the table."""
    return [
        "<br>".join(
            f"{one['rank']} (order {one['coverage']['order']}, {', '.join(one['rankReasons'])}): "
            f"{_in_force(one['inForce'])}"
            for one in summary["coverages"]
        ),
        "<br>".join(
            f"order {one['coverage']['order']}: {_in_force(one['inForce'])}" for one in summary["notInForce"]
        ),
        ", ".join(one["code"] for one in summary["warnings"]),
        ", ".join(f"{one['part']} {one['code']}" for one in summary["unsaid"]),
    ]


def _in_force(told_: Mapping[str, Any]) -> str:
    return f"{told_['value']}, {', '.join(told_['reasons'])}"


def card(one: Mapping[str, Any]) -> dict[str, Any]:
    """What a ranked coverage says, as far as the sandbox's facts know it."""
    network = one["inNetwork"]
    return {
        "memberId": one["memberId"],
        "groupNumber": one["groupNumber"],
        "relationship": one["relationship"]["code"],
        "payor": one["payor"],
        "planName": one["planName"],
        "plan": one["plan"] and one["plan"]["planName"],
        "individualDeductible": network and network["individualDeductible"],
        "familyOutOfPocket": network and network["familyOutOfPocket"],
        "coPay": network and network["coPay"],
        "timestamp": one["lastCheck"] and one["lastCheck"]["timestamp"],
    }


def expected_card(facts: CoverageFacts) -> dict[str, Any]:
    """The same, told from the people."""
    check: Any = facts["latestEligibility"]
    network = check and check["inNetwork"]
    return {
        "memberId": facts["memberId"],
        "groupNumber": facts["groupNumber"],
        "relationship": facts["relationship"],
        "payor": facts["payor"],
        "planName": facts["planName"],
        "plan": facts["plan"] and facts["plan"]["planName"],
        "individualDeductible": network and network["individualDeductible"],
        "familyOutOfPocket": network and network["familyOutOfPocket"],
        "coPay": network and network["coPay"],
        "timestamp": check and check["timestamp"],
    }


def ageless(told_: Any) -> Any:
    """The same without the ages, which go on from one question to the next."""
    if isinstance(told_, list):
        return [ageless(one) for one in told_]
    if not isinstance(told_, dict):
        return told_
    return {name: ageless(one) for name, one in told_.items() if name not in {"age", "lastCheckAge"}}


async def summary_of(gateway: Gateway, patient: str, on: str | None = DAY) -> dict[str, Any]:
    """The summary of a patient; there must be no error."""
    data = await gateway.data(ONE, id=patient, on=on)
    summary: dict[str, Any] = data["insuranceSummary"]
    return summary


async def test_every_named_person_is_summarised(gateway: Gateway) -> None:
    """Rank, reasons, warnings and gaps are the table's; cards say what is true of the people."""
    asked = 0
    for case in gateway.population.cases:
        for number, patient in enumerate(case.patient_ids, 1):
            facts = gateway.population.facts(patient)
            by_id = {one["id"]: one for one in facts["coverages"]}

            summary = await summary_of(gateway, patient)

            row = ROWS.get(f"{case.name} {number}")
            assert row is None or told(summary) == row, case.name
            asked += row is not None
            for one in summary["coverages"]:
                assert card(one) == expected_card(by_id[one["coverage"]["id"]]), case.name
            dependents: Any = facts["dependents"]
            names = dependents and [
                {"firstName": one["firstName"], "lastName": one["lastName"]} for one in dependents
            ]
            assert summary["dependents"] == names, case.name
            ids = {one["coverage"]["id"] for one in (*summary["coverages"], *summary["notInForce"])}
            assert ids == by_id.keys(), case.name
    assert asked == len(ROWS)


async def test_all_ways_to_a_summary_say_the_same(gateway: Gateway) -> None:
    """By id, of the patient, in a day's list; the primary coverage is its first, and each in force is its."""
    for case in ("primary-and-secondary", "more-than-twenty-coverages", "cancelled", "no-coverage"):
        patient = gateway.case(case)
        summary = await summary_of(gateway, patient)

        of_patient = (await gateway.data(OF_PATIENT, id=patient, on=DAY))["patient"]
        (entry,) = (await gateway.data(LIST, ids=[patient], on=DAY))["patientsSummary"]

        ways = [ageless(one["insuranceSummary"]) for one in (of_patient, entry)]
        assert ways == [ageless(summary)] * 2
        first = next(iter(summary["coverages"]), None)
        assert of_patient["primaryCoverage"] == (
            first
            and {
                "rank": "PRIMARY",
                "reasons": first["rankReasons"],
                "inForce": first["inForce"],
                "coverage": {"id": first["coverage"]["id"]},
            }
        )
        every = {one["coverage"]["id"]: one["inForce"] for one in summary["coverages"]}
        every |= {one["coverage"]["id"]: one["inForce"] for one in summary["notInForce"]}
        assert {one["id"]: one["inForce"] for one in of_patient["coverages"]} == every


async def test_a_summary_costs_no_more_calls_than_the_question(gateway: Gateway) -> None:
    """Cold, every upstream is asked exactly what the plain question asks; warm, nothing."""
    patient = gateway.case("two-payors")
    await summary_of(gateway, patient)
    summary = paths(gateway.sandbox)
    await gateway.data(QUESTION, id=patient)
    await summary_of(gateway, patient)

    assert paths(gateway.sandbox) == summary


async def test_a_summary_is_small(gateway: Gateway) -> None:
    """With every field asked, an ordinary patient's summary is at most 2 kB, compressed."""
    special = {patient for case in gateway.population.cases for patient in case.patient_ids}
    for person in [one for one in gateway.population.people if one.id not in special][:40]:
        answer = await gateway.http.post(
            "/graphql", json={"query": ONE, "variables": {"id": person.id, "on": DAY}}
        )
        assert len(gzip.compress(answer.content)) <= 2000


DOWN = {"failed": status(503), "hung up": hang_up(), "refused": status(403)}
CODES = {"failed": "UPSTREAM_UNAVAILABLE", "hung up": "UPSTREAM_UNAVAILABLE", "refused": "UPSTREAM_REFUSED"}


@pytest.mark.parametrize("how", DOWN)
async def test_what_a_system_cannot_say_is_told_and_the_rest_is_said(gateway: Gateway, how: str) -> None:
    """Without clinic and eligibility service, cards are ranked by the EHR's record alone."""
    patient = gateway.case("two-payors")
    _break(gateway, DOWN[how])

    body = await gateway.ask(ONE, id=patient, on=DAY)

    summary = body["data"]["insuranceSummary"]
    assert [one["rank"] for one in summary["coverages"]] == ["PRIMARY", "SECONDARY"]
    assert {tuple(one["inForce"]["reasons"]) for one in summary["coverages"]} == {
        ("NO_CHECK", "PERIOD_COVERS")
    }
    assert summary["dependents"] is None
    assert {(one["part"], one["code"]) for one in summary["unsaid"]} == {
        (part, CODES[how]) for part in ("ELIGIBILITY", "PLAN", "DEPENDENTS")
    }
    assert {error["extensions"]["code"] for error in body["errors"]} == {CODES[how]}
    assert {tuple(error["path"]) for error in body["errors"]} == {("insuranceSummary",)}


def _break(gateway: Gateway, act: Act) -> None:
    gateway.sandbox.clinic.faults.add(Fault(act))
    gateway.sandbox.eligibility.faults.add(Fault(act, path="/apis/eligibility"))


async def test_a_payor_that_cannot_be_read_keeps_its_name(gateway: Gateway) -> None:
    """The organization is not said; the name on the card is."""
    patient = gateway.case("two-payors")
    gateway.canvas.faults.add(Fault(status(503), path="/Organization"))

    body = await gateway.ask(ONE, id=patient, on=DAY)

    summary = body["data"]["insuranceSummary"]
    facts = gateway.population.facts(patient)
    assert [one["payor"] for one in summary["coverages"]] == [None, None]
    assert {one["payorName"] for one in summary["coverages"]} == {
        one["payorName"] for one in facts["coverages"]
    }
    assert [one["part"] for one in summary["unsaid"]] == ["PAYOR"]


async def test_what_cannot_be_read_is_told(gateway: Gateway) -> None:
    """A coverage that is unreadable is missing in the ranking: `unsaid` says that something is."""
    patient = gateway.case("primary-and-secondary")

    def spoil(bundle: dict[str, Any]) -> object:
        coverages = (entry["resource"] for entry in bundle["entry"])
        theirs = (one for one in coverages if patient in str(one.get("beneficiary")))
        next(theirs, dict[str, object]())["order"] = "first"  # there may be several pages
        return bundle

    gateway.canvas.faults.add(Fault(edit_json(spoil), path="/Coverage"))
    body = await gateway.ask(ONE, id=patient, on=DAY)

    summary = body["data"]["insuranceSummary"]
    assert [one["rank"] for one in summary["coverages"]] == ["PRIMARY"]
    assert ("COVERAGES", "UPSTREAM_BAD_RESPONSE") in {(one["part"], one["code"]) for one in summary["unsaid"]}
    assert {error["extensions"]["code"] for error in body["errors"]} == {"UPSTREAM_BAD_RESPONSE"}


async def test_one_bad_patient_fails_no_other(gateway: Gateway) -> None:
    """Unknown and impossible ids have no summary, each with its own reason; the rest have theirs."""
    good = gateway.case("ordinary")
    ids = [good, "nobody", "a b", good]

    body = await gateway.ask(LIST, ids=ids, on=DAY)

    entries = body["data"]["patientsSummary"]
    assert [one["patientId"] for one in entries] == ids
    assert [one["insuranceSummary"] is not None for one in entries] == [True, False, False, True]
    (error,) = body["errors"]
    assert (error["path"], error["extensions"]["code"]) == (
        ["patientsSummary", 2, "insuranceSummary"],
        "BAD_USER_INPUT",
    )


async def test_a_list_has_at_most_a_hundred(gateway: Gateway) -> None:
    """A hundred and one are refused before anybody is asked, and none is an empty list."""
    body = await gateway.ask(LIST, ids=["x"] * 101, on=DAY)
    assert body["data"]["patientsSummary"] is None
    assert [error["extensions"]["code"] for error in body["errors"]] == ["BAD_USER_INPUT"]
    assert not paths(gateway.sandbox)
    assert (await gateway.data(LIST, ids=[], on=DAY)) == {"patientsSummary": []}


async def test_a_days_list_asks_each_key_once_and_sixteen_at_a_time() -> None:
    """A hundred cold patients: no key twice, and never more than 16 calls at one upstream."""
    sandbox = sandbox_in("canvas")
    ids = [person.id for person in sandbox.population.people[:100]]
    async with running(sandbox) as gateway:
        body = await gateway.ask(LIST, ids=ids, on=DAY)

    assert all(one["insuranceSummary"] for one in body["data"]["patientsSummary"])
    for upstream in (sandbox.canvas, sandbox.clinic, sandbox.eligibility):
        calls = upstream.journal.calls("GET")
        assert len(calls) == len(set(calls))
        assert upstream.journal.in_flight_peak <= 16


async def test_without_a_day_it_is_today_where_the_operator_is(gateway: Gateway) -> None:
    """Today is the operator's, not Greenwich's."""
    zone = next(
        zone
        for zone in map(ZoneInfo, ("Pacific/Kiritimati", "Etc/GMT+12"))
        if datetime.now(zone).date() != datetime.now(UTC).date()
    )
    app = create_app(Settings(timezone=zone, **dict(settings_of(gateway.upstreams))))
    async with (
        app.router.lifespan_context(app) as state,
        httpx.AsyncClient(
            transport=httpx.ASGITransport(_with(app, state or {})), base_url="http://127.0.0.1"
        ) as http,
    ):
        answer = await http.post(
            "/graphql", json={"query": ONE, "variables": {"id": gateway.case("ordinary")}}
        )
    on = date.fromisoformat(answer.json()["data"]["insuranceSummary"]["on"])
    assert abs(on - datetime.now(zone).date()) <= timedelta(days=1)
    assert on != datetime.now(UTC).date() or datetime.now(zone).date() == datetime.now(UTC).date()


def _with(app: Any, state: Mapping[str, Any]) -> Any:
    async def stated(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "state": dict(state)}, receive, send)

    return stated
