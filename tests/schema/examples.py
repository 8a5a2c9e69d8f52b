"""The documents' example bodies, and what the graph tells when the upstreams answer with one of them."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
from graphql import (
    ExecutionResult,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_object_type,
)

from app.auth import SANDBOX_PRINCIPAL
from app.graphql.execution import execute
from app.graphql.operation import Operations
from connectors.cache import Connector
from connectors.canvas.connector import Canvas
from connectors.clinic.connector import Clinic
from connectors.eligibility.connector import Eligibility
from connectors.fhir.links import IdentifierSystems
from connectors.memory import Memory
from connectors.pins import Pins
from resolvers.context import Context
from schema.query import graph
from tests.connectors import clinic_answers, eligibility_answers, fhir_answers
from tests.samples import sample
from tests.schema.field_tables import ROWS, Row, selection

SCHEMA = graph().schema

OWN = {
    "clinic/person_information": 'personInformation(id: "123")',
    "clinic/dependent": "dependents",
    "clinic/insurance_plan": "insurancePlans",
    "eligibility/history": 'eligibilityHistory(patientId: "jane", memberId: "W585965926")',
}
"""The documents' own examples, and how to ask for what each says."""

ODETTES = 'eligibilityHistory(patientId: "odette", memberId: "ZQX4471902")'
CHILD = {"eligibility/history_child": ODETTES}
"""It has the fields that the documents' own examples lack."""

FAILED = {"eligibility/history_failed": ODETTES}
"""It has errors."""

EXAMPLES = {**OWN, **CHILD, **FAILED}

ELIGIBILITY_IDS = {"jane": "12345", "odette": "880231"}


def rows_of(example: str) -> list[Row]:
    """The rows below the root field that is asked for this example."""
    return [row for row in ROWS if row.root == EXAMPLES[example].partition("(")[0]]


def body_of(example: str) -> Any:
    """The example, its numbers exact."""
    return json.loads(sample(example), parse_float=Decimal)


def kind_at(path: str) -> GraphQLNamedType:
    """The type at a path of the declared schema. KeyError or AssertionError when there is no such path."""
    kind: GraphQLNamedType | None = SCHEMA.query_type
    for step in path.split("."):
        assert isinstance(kind, GraphQLObjectType)
        told = get_nullable_type(kind.fields[step.removesuffix("[]")].type)
        assert is_list_type(told) == step.endswith("[]")
        kind = get_named_type(told)
    assert kind is not None
    return kind


def _of_the_ehr(request: httpx.Request) -> httpx.Response:
    """The patient of an id; any search finds Jane."""
    name = request.url.path.removeprefix("/Patient").strip("/")
    links = {"urn:clinic:patient": "1049", "urn:eligibility:patient": ELIGIBILITY_IDS[name or "jane"]}
    identifiers = [{"system": system, "value": value} for system, value in links.items()]
    patient = fhir_answers.resource(name or "jane", "Patient", identifier=identifiers)
    return fhir_answers.answer(json.dumps(patient).encode() if name else fhir_answers.bundle([patient]))


def _of_the_clinic(request: httpx.Request, example: bytes) -> httpx.Response:
    """The example as it stands, in a list where one is asked for."""
    body = example if request.url.path.endswith("/123") else b"[" + example + b"]"
    return httpx.Response(200, content=body, headers={"content-type": "application/json"})


def _context_over(example: bytes) -> Context:
    """An operation over upstreams that answer with this example."""
    connectors: dict[type, Connector] = {
        Canvas: Canvas(fhir_answers.fhir(_of_the_ehr), "test", IdentifierSystems()),
        Clinic: clinic_answers.clinic(lambda request: _of_the_clinic(request, example)),
        Eligibility: eligibility_answers.answering(example),
    }
    return Context(principal=SANDBOX_PRINCIPAL, pins=Pins(Memory(), connectors), now=datetime.now(UTC))


def _query(example: str) -> str:
    """The operation that asks for every path of this example's rows."""
    told = [path for row in rows_of(example) for path in (row.path, row.as_sent) if path]
    leaves = [f"{path}.__typename" if is_object_type(kind_at(path)) else path for path in told]
    return f"{{ {EXAMPLES[example]} {{ {selection(leaf.partition('.')[2] for leaf in leaves)} }} }}"


async def answer(example: str) -> dict[str, Any]:
    """What the graph tells of this example, at every path of its rows."""
    prepared = Operations(SCHEMA).prepare(_query(example), None)
    executing = execute(SCHEMA, prepared, None, _context_over(sample(example)))
    assert not isinstance(executing, ExecutionResult)
    result = await executing
    assert result.errors is None
    assert result.data is not None
    return result.data
