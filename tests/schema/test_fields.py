"""The documents' response fields are in the graph, where docs/fields.md says."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
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
from tests.schema.field_tables import PATHS, ROWS, Row, at, fields, selection

SCHEMA = graph().schema

EXAMPLES = {
    "clinic/person_information": 'personInformation(id: "123")',
    "clinic/dependent": "dependents",
    "clinic/insurance_plan": "insurancePlans",
    "eligibility/history": 'eligibilityHistory(patientId: "jane", memberId: "W585965926")',
    "eligibility/history_child": 'eligibilityHistory(patientId: "odette", memberId: "ZQX4471902")',
}
"""How to ask for what each body says. All but the last are the documents' own; that has what theirs omit."""

ELIGIBILITY_IDS = {"jane": "12345", "odette": "880231"}

STAMPS = ["created_at", "updated_at"]
PERSON = ["id", "first_name", "last_name", "date_of_birth", "ssn", *STAMPS]
LIMITATION = ["no_of_total_visits", "no_of_visits_remaining", "amount_remaining"]
NETWORK_BENEFITS = [
    *("individual_deductible_year", "individual_deductible_remaining"),
    *("family_deductible_year", "family_deductible_remaining"),
    *("individual_out_of_pocket_year", "individual_out_of_pocket_remaining"),
    *("family_out_of_pocket_year", "family_out_of_pocket_remaining"),
    *("co_insurance", "co_pay", "limitation"),
    *(f"limitation.{name}" for name in LIMITATION),
]
SUBSCRIBER_DETAILS = [
    *("first_name", "last_name", "middle_name", "sex", "date_of_birth"),
    *("address_line", "city", "state", "zip_code"),
]
PLAN_DETAILS = [
    *("payer_id", "payer_name", "insurance_number", "plan_name", "plan_type", "plan_start_date"),
    *("plan_end_date", "group_name", "group_number", "active"),
]
RESPONSE = [
    *("enquiry_id", "channel_id", "date_of_service", "service_code", "place_of_service"),
    *("prior_authorization_required", "service_eligibility_coverage", "non_covered_services_flag"),
    *("in_plan_network", "plan_details", "subscriber_details", "in_network", "out_of_network"),
    "in_plan_network_confidence_score",
    *(f"plan_details.{name}" for name in PLAN_DETAILS),
    *(f"subscriber_details.{name}" for name in SUBSCRIBER_DETAILS),
    *(f"{network}.{name}" for network in ("in_network", "out_of_network") for name in NETWORK_BENEFITS),
]
RECORD = [
    *("eligibility_enquiry_id", "insurance_number", "payer_id", "payer_name"),
    *("patient_first_name", "patient_last_name", "patient_dob", "patient_relation"),
    *("provider_npi", "provider_first_name", "provider_last_name"),
    *("date_of_service", "service_code", "place_of_service", "patient_id", "clinic_id"),
    *("organisation_id", "timestamp", "channel_id", "status", "response", "errors[]"),
    *(f"response.{name}" for name in RESPONSE),
]
PAGED_DATA = [
    *("content[]", "total_elements", "total_pages", "page", "size"),
    *(f"content[].{name}" for name in RECORD),
]
DOCUMENTED = {
    "personInformation": [*PERSON, "ownable_id", "ownable_type", "phone", "email"],
    "dependents": [*PERSON, "primary_holder_id", "relationship"],
    "insurancePlans": [
        *("id", "plan_name", "carrier", "plan_type", "active", *STAMPS, "coverage_details"),
        *(f"coverage_details.{name}" for name in ("deductible", "copay", "out_of_pocket_max")),
    ],
    "eligibilityHistory": ["code", "data", "message", *(f"data.{name}" for name in PAGED_DATA)],
}
"""Each response field that the documents list, by the root field that tells it."""

NOT_IN_THE_EXAMPLE = {"plan_details.group_name", "plan_details.group_number", "subscriber_details.middle_name"}
"""Fields that the eligibility document's tables alone have."""


def rows_of(asked: str) -> list[Row]:
    """The rows whose paths begin at the root field that is asked."""
    return [row for row in ROWS if row.path.split(".")[0].removesuffix("[]") == asked.split("(")[0]]


def body_of(example: str) -> Any:
    """The example, its numbers exact."""
    return json.loads(sample(example), parse_float=Decimal)


def kind_at(path: str) -> GraphQLNamedType:
    """The type at a path of the declared schema. KeyError or AssertionError when there is no such path."""
    kind: GraphQLNamedType | None = SCHEMA.query_type
    for step in path.split("."):
        assert isinstance(kind, GraphQLObjectType), path
        told = get_nullable_type(kind.fields[step.removesuffix("[]")].type)
        assert is_list_type(told) == step.endswith("[]"), path
        kind = get_named_type(told)
    assert kind is not None
    return kind


def patient(name: str) -> dict[str, Any]:
    """A patient of the EHR, linked to the other systems."""
    known = {"urn:clinic:patient": "1049", "urn:eligibility:patient": ELIGIBILITY_IDS[name]}
    identifiers = [{"system": system, "value": value} for system, value in known.items()]
    return fhir_answers.resource(name, "Patient", identifier=identifiers)


def of_the_ehr(request: httpx.Request) -> httpx.Response:
    """A patient by id, or the one whom the clinic's id is linked to."""
    name = request.url.path.removeprefix("/Patient").strip("/")
    if name:
        return fhir_answers.answer(json.dumps(patient(name)).encode())
    return fhir_answers.answer(fhir_answers.bundle([patient("jane")]))


def of_the_clinic(example: str, request: httpx.Request) -> httpx.Response:
    """The example as it stands, in a list where a list is asked for."""
    one = request.url.path.endswith("/123")
    body = sample(example) if one else b"[" + sample(example) + b"]"
    return httpx.Response(200, content=body, headers={"content-type": "application/json"})


def context_of(example: str) -> Context:
    """An operation over upstreams that answer with this example."""
    connectors = {
        Canvas: Canvas(fhir_answers.fhir(of_the_ehr), "test", IdentifierSystems()),
        Clinic: clinic_answers.clinic(lambda request: of_the_clinic(example, request)),
        Eligibility: eligibility_answers.answering(sample(example)),
    }
    return Context(principal=SANDBOX_PRINCIPAL, pins=Pins(Memory(), connectors), now=datetime.now(UTC))


async def answer(example: str) -> dict[str, Any]:
    """What the graph says at every path of the rows that this example is asked by."""
    asked = EXAMPLES[example]
    told = [path for row in rows_of(asked) for path in (row.path, row.as_sent) if path]
    leaves = [f"{path}.__typename" if is_object_type(kind_at(path)) else path for path in told]
    query = selection(leaves).replace(asked.split("(")[0], asked, 1)
    prepared = Operations(SCHEMA).prepare(f"{{ {query} }}", None)
    waiting = execute(SCHEMA, prepared, None, context_of(example))
    assert not isinstance(waiting, ExecutionResult)
    result = await waiting
    assert result.errors is None
    assert result.data is not None
    return result.data


def instant(text: str) -> datetime:
    """The instant, in UTC where no zone is printed: so are the connectors here told."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


MEANING: dict[str, Callable[[Any], object]] = {"Decimal": Decimal, "DateTime": instant, "ID": str, "String": str}


def meant(value: object, row: Row) -> object:
    """What a value at the row's path means, sent or told: a number, an instant; that an object is there."""
    kind = kind_at(row.path)
    if value is None or is_object_type(kind):
        return value is not None
    return MEANING.get(kind.name, lambda same: same)(value)


def wanted(value: object, row: Row) -> object:
    """What is to be told for a value sent."""
    spelled = value if isinstance(value, str) else json.dumps(value, default=str)
    return row.codes[spelled] if row.codes else value


@pytest.mark.parametrize("asked", DOCUMENTED)
def test_each_documented_field_has_its_row(asked: str) -> None:
    """The tables have each response field that the documents list once, and no other."""
    assert sorted(row.field for row in rows_of(asked)) == sorted(DOCUMENTED[asked])


def test_each_row_is_of_a_document() -> None:
    """No row is passed over by the other tests."""
    assert len(ROWS) == sum(map(len, DOCUMENTED.values()))


@pytest.mark.parametrize("example", EXAMPLES)
def test_everything_in_an_example_has_its_row(example: str) -> None:
    """Whatever an example body holds is a row: leaves, objects and lists; three fields are in none of them."""
    rows = {row.field for row in rows_of(EXAMPLES[example])}
    printed = set(fields(body_of(example)))

    assert printed
    assert printed <= rows
    if example != "eligibility/history_child":
        missing = {f"data.content[].response.{name}" for name in NOT_IN_THE_EXAMPLE}
        assert rows - printed == (missing & rows)


@pytest.mark.parametrize("path", sorted({*PATHS, *(row.as_sent for row in ROWS if row.as_sent)}))
def test_each_path_is_in_the_graph(path: str) -> None:
    """Every path that the page tells is declared, with `[]` where a list is."""
    assert kind_at(path)


@pytest.mark.parametrize("example", EXAMPLES)
async def test_each_value_of_an_example_is_told(example: str) -> None:
    """The example decodes as it stands, and every field in it is told at its row's path: none is left out."""
    body, data = body_of(example), await answer(example)
    printed = set(fields(body))
    rows = [row for row in rows_of(EXAMPLES[example]) if row.field in printed]

    sent = {row.field: [meant(wanted(value, row), row) for value in at(body, row.field)] for row in rows}
    told = {row.field: [meant(value, row) for value in at(data, row.path)] for row in rows}

    assert told == sent
    assert told.keys() == printed


@pytest.mark.parametrize("example", EXAMPLES)
async def test_each_value_told_differently_is_told_as_sent_too(example: str) -> None:
    """The field beside it holds exactly what came."""
    body, data = body_of(example), await answer(example)
    ...
