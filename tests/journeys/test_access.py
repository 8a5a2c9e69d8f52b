"""One who may see a single patient asks for everybody: every way to another patient ends at nobody."""

import json
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import ExecutionResult

from app.graphql.execution import execute
from app.graphql.operation import Operations
from app.settings import Settings
from app.upstreams import connect
from connectors.memory import Memory
from connectors.payers import Payers
from connectors.pins import Pins
from resolvers.access import Principal
from resolvers.context import Context
from schema.query import graph
from tests.journeys.conftest import Gateway, settings_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCHEMA = graph().schema

EVERYTHING = """
query Everything($own: ID!, $other: ID!, $number: String!, $mrn: String!, $name: String!, $clinic: ID!) {
  own: patient(id: $own) {
    ...whole
    coverages { subscriber { ...party } policyHolder { ...party } beneficiary { ...party }
                payor { coveragesOf(patientId: $other) { id memberId } } }
    dependents { holder { ...whole } patient { ...whole } }
  }
  other: patient(id: $other) { ...whole coverages { id } dependents { firstName } personInformation { id } }
  byNumber: coverages(filter: {subscriberId: $number}) {
    totalCount nodes { id beneficiary { display patient { ...whole } } } }
  byPatient: coverages(filter: {patientId: $other}) { totalCount nodes { id } }
  byMrn: patients(search: {mrn: $mrn}) { totalCount nodes { ...whole } pageInfo { hasNextPage endCursor } }
  byName: patients(search: {name: $name}, first: 1) {
    totalCount nodes { ...whole } pageInfo { hasNextPage endCursor } }
  persons: personInformations(first: 100) { totalCount nodes { id lastName } }
  ofPatient: personInformations(patientId: $other) { totalCount nodes { id } }
  person: personInformation(id: $clinic) { id }
  dependents(first: 100) { totalCount nodes { id firstName } }
  ofHolder: dependents(patientId: $other) { totalCount nodes { id } }
  eligibilityHistory(patientId: $other, memberId: $number) { checks { id } }
}
fragment whole on Patient { id name { text } birthDate mrn }
fragment party on Party { kind display patient { ...whole } }
"""


async def test_another_patient_is_nobody_whichever_way_leads_there(gateway: Gateway) -> None:
    """A child who may see herself only learns nothing of her father: no name, date, number or count."""
    father, _, child = gateway.population.case("family-shared-member-number").patient_ids
    facts, own = gateway.population.facts(father), gateway.population.facts(child)
    data = await answer(gateway, Principal("child", "clinic", frozenset({child})))

    assert data["own"]["name"] == own["name"]
    assert data["own"]["coverages"][0]["beneficiary"]["patient"]["id"] == child
    told = json.dumps(data, default=str, ensure_ascii=False)
    assert not [
        one for one in (facts["name"]["text"], facts["birthDate"], facts["mrn"]) if one and one in told
    ]
    assert data["other"] is None
    assert [node["id"] for node in data["byNumber"]["nodes"]] == [own["coverages"][0]["id"]]
    assert (data["byPatient"], data["ofPatient"], data["ofHolder"]) == (
        {"totalCount": 0, "nodes": []},
        None,
        None,
    )
    nothing: dict[str, Any] = {
        "totalCount": None,
        "nodes": [],
        "pageInfo": {"hasNextPage": False, "endCursor": None},
    }
    assert data["byMrn"] == nothing
    assert data["byName"]["totalCount"] is None
    assert {node["id"] for node in data["byName"]["nodes"]} <= {child}
    assert [data[name]["nodes"] for name in ("persons", "dependents")] == [[], []]
    assert (data["person"], data["eligibilityHistory"]) == (None, None)


async def test_one_who_may_see_everybody_sees_them(gateway: Gateway) -> None:
    """The same question, so that it is the rule that hides, and not the question."""
    father = gateway.population.case("family-shared-member-number").patient_ids[0]
    facts = gateway.population.facts(father)
    data = await answer(gateway, Principal("desk", "clinic", None))

    assert data["other"]["mrn"] == facts["mrn"]
    assert [node["id"] for node in data["byMrn"]["nodes"]] == [father]
    assert data["byNumber"]["totalCount"] == 3
    assert data["eligibilityHistory"]["checks"]
    assert data["persons"]["nodes"]
    assert data["dependents"]["nodes"]


async def answer(gateway: Gateway, principal: Principal) -> Any:
    """What this principal is told of the father beside the child, by a gateway that remembers nothing."""
    father, _, child = gateway.population.case("family-shared-member-number").patient_ids
    facts = gateway.population.facts(father)
    variables: dict[str, Any] = {
        "own": child,
        "other": father,
        "number": facts["coverages"][0]["memberId"],
        "mrn": facts["mrn"],
        "name": facts["name"]["text"].split()[-1],
        "clinic": "1",
    }
    prepared = Operations(SCHEMA).prepare(EVERYTHING, None)
    async with AsyncExitStack() as closing:
        connectors = connect(Settings(**dict(settings_of(gateway.upstreams))), "test", Payers(), closing)
        context = Context(principal=principal, pins=Pins(Memory(), connectors), now=datetime.now(UTC))
        result = execute(SCHEMA, prepared, variables, context)
        told = result if isinstance(result, ExecutionResult) else await result
    assert told.errors is None
    return told.data
