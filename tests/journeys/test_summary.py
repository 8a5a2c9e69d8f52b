"""The summary question: one patient over all systems, the whole answer for everybody, and its cost."""

import asyncio
import time
from collections import Counter
from typing import Any

import pytest

from app.embedded import Sandbox
from sandbox.connection_faults import hang_up, held, slow
from sandbox.facts import Facts
from sandbox.faults import Act, Fault, html_page, status, truncated
from tests.journeys.conftest import Gateway, serving_gateway, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

SUMMARY = """
query Summary($id: ID!) {
  patient(id: $id) {
    id name { text } birthDate mrn
    links { clinic { state id } eligibility { state id } clinik { state id } }
    personInformation { firstName lastName dateOfBirth ssnMasked phone email }
    coverages {
      id status { code } type { code } memberId relationship { code } period { start end } order groupNumber
      payor { name } payorName subscriber { display }
      planName plan { planName planType carrier active } planMatch { method }
      latestEligibility { status { code } timestamp channel inNetwork { ...benefits } }
    }
    dependents { firstName lastName dateOfBirth relationship { code } patient { id } }
  }
}
fragment amounts on Amounts { total remaining used }
fragment benefits on NetworkBenefits {
  individualDeductible { ...amounts } familyDeductible { ...amounts }
  individualOutOfPocket { ...amounts } familyOutOfPocket { ...amounts }
  coInsurancePercent coPay limitation { totalVisits visitsRemaining amountRemaining }
}
"""


def expected(facts: Facts) -> dict[str, Any]:
    """The patient that these facts make the right answer."""
    dependents = facts["dependents"]
    return {
        **facts,
        "coverages": [
            {**coverage, "relationship": {"code": coverage["relationship"]}}
            for coverage in facts["coverages"]
        ],
        "dependents": dependents
        and [{**one, "relationship": {"code": one["relationship"]}} for one in dependents],
    }


def notices(facts: Facts) -> list[dict[str, Any]]:
    """The states that the answer tells beside the data."""
    told: list[dict[str, Any]] = []
    if facts["dependents"] is None:
        told += [
            {"path": ["patient", name], "code": "NOT_LINKED"} for name in ("personInformation", "dependents")
        ]
    linked = facts["links"]["eligibility"]["id"] is not None
    for number, coverage in enumerate(facts["coverages"]):
        if coverage["latestEligibility"] is None:
            path = ["patient", "coverages", number, "latestEligibility"]
            told.append({"path": path, "code": "NO_RECORD" if linked else "NOT_LINKED"})
    return sorted(told, key=str)


async def test_every_listed_person_is_answered_whole(gateway: Gateway) -> None:
    """For each person of each named case the graph says what is true of them, over all systems."""
    for case in gateway.population.cases:
        for patient in case.patient_ids:
            facts = gateway.population.facts(patient)

            body = await gateway.ask(SUMMARY, id=patient)

            assert "errors" not in body, case.name
            assert body["data"]["patient"] == expected(facts), case.name
            assert sorted(body.get("extensions", {}).get("notices", []), key=str) == notices(facts), case.name
    for upstream in (gateway.sandbox.canvas, gateway.sandbox.clinic, gateway.sandbox.eligibility):
        assert upstream.journal.unknown_params == set()


QUESTION = """
query Question($id: ID!) {
  patient(id: $id) {
    name { text } links { clinic { state id } eligibility { state id } }
    coverages {
      id status { code } type { code } memberId relationship { code } period { start end } order groupNumber
      payor { name } plan { planName planType carrier }
      latestEligibility { status { code } timestamp channel inNetwork { coPay coInsurancePercent } }
    }
    dependents { firstName relationship { code } }
  }
}
"""


def paths(sandbox: Sandbox) -> Counter[str]:
    """How often each path was asked, tokens apart."""
    journals = (sandbox.canvas.journal, sandbox.clinic.journal, sandbox.eligibility.journal)
    asked = [call.path for journal in journals for call in journal.calls() if "token" not in call.path]
    return Counter("/".join(path.split("/")[:2]) if path.startswith("/Org") else path for path in asked)


async def test_a_cold_summary_costs_its_distinct_keys(gateway: Gateway) -> None:
    """A patient, a coverage search, two payors, two checks, dependents and catalogue; then nothing."""
    patient = gateway.case("two-payors")

    first = await gateway.ask(QUESTION, id=patient)
    cold = paths(gateway.sandbox)
    for upstream in (gateway.sandbox.canvas, gateway.sandbox.clinic, gateway.sandbox.eligibility):
        upstream.journal.clear()

    assert "errors" not in first
    searches = cold.pop("/Coverage")
    assert searches == 1 or gateway.canvas.switches.mode == "ignores-filters"
    assert cold.pop(f"/Patient/{patient}") == 1
    assert cold.pop("/Organization", 0) <= 2
    assert cold.pop("/apis/eligibility/v2/insurance/eligibility/search") == 2
    # A list that does not tell its number of pages is asked once more, lest a cut one pass for whole.
    pages = 1 if gateway.sandbox.clinic.switches.envelope == "plural" else 2
    assert cold.pop("/v1/clinic/insurances/dependents") == pages
    assert cold.pop("/v1/clinic/insurances/plans") == pages
    assert not cold
    assert await gateway.ask(QUESTION, id=patient) == first
    assert not paths(gateway.sandbox)


async def test_the_chain_is_two_hops_long(gateway: Gateway) -> None:
    """The coverage search goes out beside the patient, and the rest together once both are there."""
    sandbox, first, second = gateway.sandbox, asyncio.Event(), asyncio.Event()
    for path in ("/Patient", "/Coverage"):
        sandbox.canvas.faults.add(Fault(held(first), path=path))
    sandbox.canvas.faults.add(Fault(held(second), path="/Organization"))
    sandbox.clinic.faults.add(Fault(held(second)))
    sandbox.eligibility.faults.add(Fault(held(second), path="/apis/eligibility"))
    patient = gateway.case("two-payors")

    asking = asyncio.ensure_future(gateway.data(QUESTION, id=patient))
    await until(lambda: len(paths(sandbox)) == 2)
    assert paths(sandbox) == {f"/Patient/{patient}": 1, "/Coverage": 1}

    first.set()
    hop = {
        "/Organization": 2,
        "/apis/eligibility/v2/insurance/eligibility/search": 2,
        "/v1/clinic/insurances/dependents": 1,
        "/v1/clinic/insurances/plans": 1,
    }
    await until(lambda: hop.items() <= paths(sandbox).items())
    second.set()
    assert (await asking)["patient"]["coverages"][0]["latestEligibility"]


@pytest.mark.parametrize(
    ("selection", "asked"),
    [
        ("name { text }", False),
        ("coverages @include(if: false) { id }", False),
        ("... @skip(if: true) { coverages { id } }", False),
        ("coverages { id }", True),
        ("mine: coverages(status: [ACTIVE]) { id }", True),
        ("... { coverages { id } }", True),
        ("... on Patient { ...covered }", True),
    ],
)
async def test_beside_a_patient_is_asked_what_the_question_needs(
    gateway: Gateway, selection: str, *, asked: bool
) -> None:
    """A selection that is skipped costs no call, and one in a fragment is as good as any."""
    fragment = "fragment covered on Patient { coverages { id } }" if "...covered" in selection else ""
    await gateway.data(
        f"query($id: ID!) {{ patient(id: $id) {{ {selection} }} }} {fragment}", id=gateway.case("ordinary")
    )

    assert bool(gateway.canvas.journal.count("GET", "/Coverage")) == asked


OWN: dict[str, set[str]] = {
    "clinic": {"dependents", "plan"},
    "eligibility": {"latestEligibility"},
}
FAILURES: list[tuple[Act, str]] = [
    (status(500), "UPSTREAM_UNAVAILABLE"),
    (status(401), "UPSTREAM_REFUSED"),
    (hang_up(), "UPSTREAM_UNAVAILABLE"),
    (html_page(), "UPSTREAM_BAD_RESPONSE"),
    (truncated(), "UPSTREAM_BAD_RESPONSE"),
]


def without(patient: dict[str, Any], fields: set[str]) -> dict[str, Any]:
    """The patient with these fields null, its own and its coverages'."""

    def emptied(record: dict[str, Any]) -> dict[str, Any]:
        return {name: None if name in fields else value for name, value in record.items()}

    return {**emptied(patient), "coverages": [emptied(coverage) for coverage in patient["coverages"]]}


@pytest.mark.parametrize("upstream", ["clinic", "eligibility"])
async def test_an_upstream_that_is_down_costs_its_own_fields(gateway: Gateway, upstream: str) -> None:
    """Each of its fields is null with one coded error; everything else is answered."""
    patient = gateway.case("two-payors")
    whole = (await gateway.data(QUESTION, id=patient))["patient"]
    simulated = getattr(gateway.sandbox, upstream)
    for act, code in FAILURES:
        simulated.faults.clear()
        simulated.faults.add(Fault(act))
        async with serving_gateway(gateway.sandbox, gateway.upstreams) as cold:
            body = await cold.ask(QUESTION, id=patient)

        assert body["data"]["patient"] == without(whole, OWN[upstream])
        assert {error["extensions"]["code"] for error in body["errors"]} == {code}
        assert {error["extensions"]["system"] for error in body["errors"]} == {upstream}
        assert {str(error["path"][-1]) for error in body["errors"]} == OWN[upstream]
        assert len(body["errors"]) == len({str(error["path"]) for error in body["errors"]})


@pytest.mark.parametrize("upstream", ["clinic", "eligibility"])
async def test_an_upstream_that_hangs_costs_its_deadline(gateway: Gateway, upstream: str) -> None:
    """Its fields say that it was too slow, after its own deadline; the others have long been there."""
    getattr(gateway.sandbox, upstream).faults.add(Fault(slow(30)))
    async with serving_gateway(gateway.sandbox, gateway.upstreams, timeout=0.5) as impatient:
        begun = time.perf_counter()
        body = await impatient.ask(QUESTION, id=gateway.case("two-payors"))
        taken = time.perf_counter() - begun

    assert {error["extensions"]["code"] for error in body["errors"]} == {"UPSTREAM_TIMEOUT"}
    assert body["data"]["patient"]["name"]
    assert taken < 3


@pytest.mark.parametrize("upstream", ["clinic", "eligibility"])
async def test_an_upstream_that_is_not_configured_is_a_notice(gateway: Gateway, upstream: str) -> None:
    """Its fields are null with one notice each, and nothing is an error."""
    patient = gateway.case("two-payors")
    whole = (await gateway.data(QUESTION, id=patient))["patient"]
    fewer = {name: one for name, one in gateway.upstreams.items() if name != upstream}
    async with serving_gateway(gateway.sandbox, fewer) as poorer:  # type: ignore[arg-type]
        body = await poorer.ask(QUESTION, id=patient)

    assert "errors" not in body
    assert body["data"]["patient"] == without(whole, OWN[upstream])
    told = body["extensions"]["notices"]
    assert {notice["code"] for notice in told} == {"UPSTREAM_NOT_CONFIGURED"}
    assert {notice["path"][-1] for notice in told} == OWN[upstream]


async def test_channels_are_asked_one_by_one_only_when_the_question_does(gateway: Gateway) -> None:
    """Without channels the service is asked once; with two it is asked twice, side by side."""
    patient = gateway.case("several-channels")
    search = "/apis/eligibility/v2/insurance/eligibility/search"
    query = """query($id: ID!, $channels: [EligibilityChannel!]) { patient(id: $id) { coverages {
                 eligibilityHistory(channels: $channels) { latest { channel } checks { id channel } } } } }"""
    journal = gateway.sandbox.eligibility.journal

    await gateway.data(query, id=patient)
    assert journal.count("GET", search) == 1
    journal.clear()

    answer = await gateway.data(query, id=patient, channels=["CLAIM_MD", "MANUAL_CAPTURE"])
    (coverage,) = answer["patient"]["coverages"]
    assert journal.count("GET", search) == 2
    assert {check["channel"] for check in coverage["eligibilityHistory"]["checks"]} <= {
        "CLAIM_MD",
        "MANUAL_CAPTURE",
    }
