"""Whatever is asked of the graph, the planned answer is the reference's: cold, warm, and when reads fail."""

import itertools
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, cast

import graphql
import pytest
import pytest_asyncio
from graphql import (
    ExecutionResult,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    get_variable_values,
    is_leaf_type,
    is_list_type,
)
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from app.auth import SANDBOX_PRINCIPAL
from app.embedded import Sandbox, Upstreams
from app.graphql.execution import Result, execute
from app.graphql.operation import Operations, PreparedOperation, RequestError
from app.settings import Settings
from app.upstreams import connect
from connectors.cache import Connector
from connectors.listing import Place
from connectors.memory import Memory
from connectors.payers import Payers
from connectors.pins import Pins
from resolvers.context import Context
from resolvers.dependent import DependentsSought
from resolvers.paging import cursor, digest
from resolvers.person_information import PersonInformationsSought
from resolvers.plan import PlansSought
from sandbox.connection_faults import hang_up
from sandbox.faults import Act, Fault, edit_json, html_page, status, truncated
from sandbox.population import population
from schema.errors import Code, lost, told
from schema.query import graph
from schema.resolve import Answer
from tests.journeys.conftest import settings_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCHEMA = graph().schema
PEOPLE = population()
MOST_LEVELS = 5
MOST_FIELDS = 40
NOBODY = "0" * 32
MALFORMED = "a b"


def _known(*ids: str) -> st.SearchStrategy[str]:
    """Mostly one of these ids, and at times one that nobody has or that nothing can have."""
    return st.sampled_from([*ids * (1 + 20 // len(ids)), NOBODY, MALFORMED])


PATIENTS = _known(*(one for case in PEOPLE.cases for one in case.patient_ids))
NUMBERS = _known(*(coverage.member_id for coverage in PEOPLE.coverages[:40] if coverage.member_id))
INFORMATIONS = _known(*(str(it.id) for several in PEOPLE.informations.values() for it in several))
BY_ID = {
    "patient": PATIENTS,
    "coverage": _known(*(coverage.id for coverage in PEOPLE.coverages)),
    "organization": _known(*(payor.id for payor in PEOPLE.payors)),
    "personInformation": INFORMATIONS,
}
SECOND_PAGE = [
    cursor(Place(passed=1), digest(one))
    for one in (PlansSought(), DependentsSought(), PersonInformationsSought())
]
TEXTS = {
    "patientId": PATIENTS,
    "memberId": NUMBERS,
    "subscriberId": NUMBERS,
    "first": st.sampled_from([1, 2, 3] * 4 + [0, 101]),
    "after": st.sampled_from([*SECOND_PAGE, "elsewhere"]),
    "patientIds": PATIENTS,
    "on": st.sampled_from(["2025-09-20", "2026-11-01", "1999-12-31"]),
    "periodCovers": st.sampled_from(["2024-01-01", "2026-11-01", "1999-12-31"]),
    "birthDate": st.sampled_from(
        [
            person.birth_date
            for person in PEOPLE.people[:10]
            if person.birth_date and len(person.birth_date) == 10
        ]
    ),
    "type": st.sampled_from(["MEDICAL", "dental", "EHCPOL", "nothing"]),
    "name": st.sampled_from(["a", "health", "Thistlewood", " "]),
    "mrn": st.sampled_from(["1", "MRN0001"]),
    "carrier": st.sampled_from([payor.name for payor in PEOPLE.payors[:4]]),
    "planType": st.sampled_from(["PPO", "hmo"]),
    "system": st.sampled_from(["urn:clinic:patient", "urn:eligibility:patient"]),
    "value": st.sampled_from([str(number) for number in range(1, 9)]),
    "active": st.booleans(),
}


class Question(NamedTuple):
    """A document, and the variables it is asked with."""

    document: str
    variables: dict[str, Any]


@dataclass
class Draft:
    """A document on the way: what was declared, and which arguments each response name stands for."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    declared: dict[str, str] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    fragments: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    asked: dict[str, list[str]] = field(default_factory=dict)
    fields: int = 0

    def once_in(self, times: int) -> bool:
        """Whether something rare is to happen."""
        return bool(self.draw(st.integers(1, times)) == times)

    def selections(self, kind: GraphQLObjectType, levels: int) -> str:
        """What is asked of a type: fields, some of them in fragments, some twice."""
        drawn = self.draw(st.lists(st.sampled_from(self._askable(kind, levels)), min_size=1, max_size=5))
        return " ".join(self._wrapped(kind, self._field(kind, name, levels), levels) for name in drawn)

    def roots(self) -> str:
        """What is asked first: patients for the most part."""
        kind = cast("GraphQLObjectType", SCHEMA.query_type)
        names = st.sampled_from(
            [*kind.fields, *["patient"] * 8, "coverage", "coverages", "eligibilityHistory"]
        )
        drawn = self.draw(st.lists(names, min_size=1, max_size=3))
        return " ".join(self._wrapped(kind, self._field(kind, name, MOST_LEVELS), 0) for name in drawn)

    def _askable(self, kind: GraphQLObjectType, levels: int) -> list[str]:
        """Names of fields; those that are read elsewhere stand there several times, so that much is asked."""
        inner = [name for name, one in kind.fields.items() if not is_leaf_type(get_named_type(one.type))]
        joined = [name for name in inner if isinstance(kind.fields[name].resolve, Answer)]
        leaves = [name for name in kind.fields if name not in inner]
        deeper = levels > 0 and self.fields < MOST_FIELDS
        return [*([*joined * 4, *inner] if deeper else ()), *leaves, "__typename"]

    def _field(self, kind: GraphQLObjectType, name: str, levels: int) -> str:
        self.fields += 1
        if name == "__typename":
            return self._named(name, "") + self._condition()
        definition = kind.fields[name]
        arguments = self._arguments(name, definition)
        inner = get_named_type(definition.type)
        below = f" {{ {self.selections(inner, levels - 1)} }}" if isinstance(inner, GraphQLObjectType) else ""
        return f"{self._named(name, arguments)}{self._condition()}{below}"

    def _named(self, name: str, arguments: str) -> str:
        """The field under a response name that stands for these arguments wherever it is used."""
        known = self.asked.setdefault(name, [])
        if arguments not in known:
            known.append(arguments)
        number = known.index(arguments)
        alias = f"{name}_{number}: " if number or self.once_in(5) else ""
        return f"{alias}{name}{arguments}"

    def _condition(self) -> str:
        if not self.once_in(10):
            return ""
        directive = self.draw(st.sampled_from(["skip", "include", "include"]))
        constant = self.draw(st.sampled_from(["true", "false", None]))
        return f" @{directive}(if: {constant or self._switch()})"

    def _switch(self) -> str:
        name = self.draw(st.sampled_from(["on", "off", "perhaps"]))
        self.declared[name] = "Boolean!" if name != "perhaps" else "Boolean = true"
        if name != "perhaps":
            self.variables[name] = name == "on"
        elif self.once_in(3):
            self.variables[name] = False
        return f"${name}"

    def _wrapped(self, kind: GraphQLObjectType, selected: str, levels: int) -> str:
        """The selection itself, or within a fragment; or with a fragment that is used a second time."""
        match self.draw(st.integers(0, 12)):
            case 0:
                return f"... on {kind.name}{self._condition()} {{ {selected} }}"
            case 1:
                return f"...{self._condition()} {{ {selected} }}"
            case 2:
                name = f"f{sum(map(len, self.fragments.values()))}"
                self.fragments.setdefault(kind.name, []).append((name, selected))
                return f"...{name}{self._condition()}"
            case 3 if kind.name in self.fragments:
                name, _ = self.draw(st.sampled_from(self.fragments[kind.name]))
                return f"...{name}{self._condition()} {selected}"
        return selected

    def _arguments(self, name: str, definition: GraphQLField) -> str:
        given = [
            f"{one}: {self._value(argument, one, BY_ID.get(name) if one == 'id' else None)}"
            for one, argument in definition.args.items()
            if isinstance(argument.type, GraphQLNonNull)
            or self.once_in(4)
            or (one == "first" and self.once_in(2))
        ]
        return f"({', '.join(given)})" if given else ""

    def _value(
        self,
        asked: GraphQLArgument | GraphQLInputField,
        name: str,
        ids: st.SearchStrategy[Any] | None = None,
        *,
        one_of: bool = False,
    ) -> str:
        """An argument's value as the document spells it: in its place, or as a variable."""
        kind = f"{asked.type}!" if one_of else str(asked.type)
        if self.once_in(4):
            variable = f"v{len(self.declared)}"
            optional = not kind.endswith("!")
            value = None if optional and self.once_in(6) else self._plain(asked.type, name, ids)
            self.declared[variable] = kind
            if optional and self.once_in(4):
                self.declared[variable] = f"{kind} = {_spelled(value, asked.type)}"
                return f"${variable}"
            self.variables[variable] = value
            return f"${variable}"
        inner = asked.type.of_type if isinstance(asked.type, GraphQLNonNull) else asked.type
        if isinstance(inner, GraphQLInputObjectType):
            parts = [
                f"{one}: {self._value(inner.fields[one], one, one_of=bool(inner.is_one_of))}"
                for one in self._chosen(inner)
            ]
            return f"{{{', '.join(parts)}}}"
        return _spelled(self._plain(asked.type, name, ids), asked.type)

    def _plain(self, kind: Any, name: str, ids: st.SearchStrategy[Any] | None = None) -> Any:
        """A value as JSON has it."""
        if isinstance(kind, GraphQLNonNull):
            return self._plain(kind.of_type, name, ids)
        if is_list_type(kind):
            return [self._plain(kind.of_type, name) for _ in range(self.draw(st.integers(1, 3)))]
        if isinstance(kind, GraphQLInputObjectType):
            return {one: self._plain(kind.fields[one].type, one) for one in self._chosen(kind)}
        if isinstance(kind, GraphQLEnumType):
            return self.draw(st.sampled_from(list(kind.values)))
        return self.draw(TEXTS[name] if ids is None else ids)

    def _chosen(self, kind: GraphQLInputObjectType) -> list[str]:
        names = list(kind.fields)
        if kind.is_one_of:
            return [self.draw(st.sampled_from(names))]
        needed = [name for name in names if isinstance(kind.fields[name].type, GraphQLNonNull)]
        chosen = self.draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
        return list(dict.fromkeys([*needed, *chosen]))


def _spelled(value: Any, kind: Any) -> str:
    """A value as a document spells it."""
    if isinstance(kind, GraphQLNonNull):
        return _spelled(value, kind.of_type)
    if value is None:
        return "null"
    if isinstance(value, list):
        return f"[{', '.join(_spelled(one, kind.of_type) for one in value)}]"
    if isinstance(value, dict):
        parts = [f"{name}: {_spelled(one, kind.fields[name].type)}" for name, one in value.items()]
        return f"{{{', '.join(parts)}}}"
    return str(value) if isinstance(kind, GraphQLEnumType) else json.dumps(value)


@st.composite
def questions(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Question:
    """Valid operations over the whole graph, most of which find something."""
    draft = Draft(draw)
    selected = draft.roots()
    declared = ", ".join(f"${name}: {kind}" for name, kind in draft.declared.items())
    fragments = [
        f"fragment {name} on {kind} {{ {text} }}"
        for kind, several in draft.fragments.items()
        for name, text in several
    ]
    head = f"query ({declared}) " if declared else ""
    return Question("\n".join([f"{head}{{ {selected} }}", *fragments]), draft.variables)


def prepared_of(question: Question) -> PreparedOperation:
    """The operation, prepared anew; what asks too much is not asked."""
    try:
        return Operations(SCHEMA).prepare(question.document, None)
    except RequestError as refused:
        if refused.errors[0]["extensions"]["code"] != Code.OPERATION_TOO_LARGE:
            raise
        reject()


class Watched(Context):
    """A context that tells whether the reference had to answer in a plan's place."""

    fell_back = False

    def begin_again(self) -> None:
        """The plan has failed."""
        self.fell_back = True
        super().begin_again()


class Told(NamedTuple):
    """All that a client is told: the data with their order, errors (those of incidents too), notices."""

    data: str
    errors: list[str]
    notices: list[str]

    def in_any_order(self) -> "Told":
        """What is told beside the data as bags: where fields wait, its order is that of arrival."""
        return Told(self.data, *map(sorted, self[1:]))


def telling(result: ExecutionResult, context: Context) -> Told:
    """What the endpoint makes of it, but for the bounds on what is told."""
    errors = [*(result.errors or ()), *map(lost, context.incidents)]
    notices = context.extensions().get("notices", ())
    return Told(
        json.dumps(result.data),
        [json.dumps(told(error)) for error in errors],
        [json.dumps(notice) for notice in cast("list[object]", notices)],
    )


def _timeless(result: ExecutionResult) -> ExecutionResult:
    """The same without the moments at which answers arrived: each cold side has its own."""

    def without(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: "then" if name.startswith("fetchedAt") else without(one) for name, one in value.items()
            }
        return [without(one) for one in value] if isinstance(value, list) else value

    return ExecutionResult(without(result.data), result.errors)


class Sides:
    """A plan and the reference over the same upstreams, each with what it remembers."""

    def __init__(self, sandbox: Sandbox, connectors: Mapping[type, Connector]) -> None:
        self.sandbox = sandbox
        self._connectors = connectors
        self.asked = self.found = 0

    def context(self, memory: Memory, now: datetime) -> Watched:
        """One operation's. Its payers learn nothing: what they know depends on which check came first."""
        return Watched(
            principal=SANDBOX_PRINCIPAL, pins=Pins(memory, self._connectors), now=now, payers=Payers()
        )

    async def compare(self, question: Question) -> None:
        """Ask the question of both, cold and warm."""
        prepared = prepared_of(question)
        before, after = datetime.now(UTC), datetime.now(UTC) + timedelta(minutes=1)
        memory = Memory()
        planned, cold = await self._asked(planned_way, prepared, question, self.context(Memory(), before))
        expected, _ = await self._asked(reference, prepared, question, self.context(memory, before))
        assert telling(_timeless(planned), cold).in_any_order() == (
            telling(_timeless(expected), _).in_any_order()
        )
        self._count(prepared, question, expected, cold)

        await self._asked(planned_way, prepared, question, self.context(memory, after))
        warm, reference_warm = self.context(memory, after), self.context(memory, after)
        at_once = planned_way(prepared, question, warm)
        expected_at_once = reference(prepared, question, reference_warm)
        if isinstance(expected_at_once, ExecutionResult) and not expected_at_once.errors:
            assert isinstance(at_once, ExecutionResult)
            assert telling(at_once, warm) == telling(expected_at_once, reference_warm)
        planned, expected = await _landed(at_once), await _landed(expected_at_once)
        assert telling(planned, warm).in_any_order() == telling(expected, reference_warm).in_any_order()
        warm.close()
        reference_warm.close()

    async def _asked(
        self, way: "Way", prepared: PreparedOperation, question: Question, context: Watched
    ) -> tuple[ExecutionResult, Watched]:
        try:
            return await _landed(way(prepared, question, context)), context
        finally:
            context.close()

    def _count(
        self, prepared: PreparedOperation, question: Question, expected: ExecutionResult, context: Watched
    ) -> None:
        """What went well was answered by the plan, and most of it found something."""
        values = get_variable_values(
            SCHEMA, prepared.operation.variable_definitions or (), question.variables
        )
        planned = not isinstance(values, list) and prepared.plans.of(values) is not None
        assert expected.errors or (planned and not context.fell_back)
        self.asked += 1
        self.found += any((expected.data or {}).values())


def planned_way(prepared: PreparedOperation, question: Question, context: Context) -> Result:
    """As the gateway answers."""
    return execute(SCHEMA, prepared, question.variables, context)


def reference(prepared: PreparedOperation, question: Question, context: Context) -> Result:
    """As graphql-core answers."""
    return graphql.execute(
        SCHEMA,
        prepared.document,
        context_value=context,
        variable_values=question.variables,
        operation_name=prepared.name,
    )


Way = Callable[[PreparedOperation, Question, Context], Result]


async def _landed(result: Result) -> ExecutionResult:
    return result if isinstance(result, ExecutionResult) else await result


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sides(simulated: tuple[Sandbox, Upstreams]) -> AsyncIterator[Sides]:
    """Both sides over the simulated upstreams of a mode. Most questions must have found something."""
    sandbox, upstreams = simulated
    async with AsyncExitStack() as closing:
        one = Sides(sandbox, connect(Settings(**dict(settings_of(upstreams))), "test", Payers(), closing))
        yield one
    assert one.found >= one.asked * 0.6


def _without_faults(sandbox: Sandbox) -> None:
    for one in (sandbox.canvas, sandbox.clinic, sandbox.eligibility):
        one.journal.clear()
        one.faults.clear()


@settings(max_examples=settings().max_examples // 2)
@given(question=questions())
async def test_the_planned_answer_is_the_references(sides: Sides, question: Question) -> None:
    """Data and their order, errors, notices: all the same, and by the plan alone where nothing fails."""
    _without_faults(sides.sandbox)
    await sides.compare(question)


def _spoil(body: dict[str, Any]) -> object:
    """A search whose first entry cannot be read."""
    for entry in itertools.islice(body.get("entry", ()), 1):
        entry["resource"]["period" if "period" in entry["resource"] else "name"] = 7
    return body


ACTS = st.sampled_from([status(403), status(422), html_page(), truncated(), edit_json(_spoil), hang_up()])
PLACES = st.sampled_from(
    ["/Patient", "/Coverage", "/Organization", "/RelatedPerson", "clinic", "eligibility"]
)


@settings(max_examples=settings().max_examples // 4)
@given(question=questions(), faults=st.lists(st.tuples(PLACES, ACTS), min_size=1, max_size=2))
async def test_it_is_when_reads_fail(sides: Sides, question: Question, faults: list[tuple[str, Act]]) -> None:
    """Failed reads, refused questions and unreadable entries are told as the reference tells them."""
    _without_faults(sides.sandbox)
    systems = {"clinic": sides.sandbox.clinic, "eligibility": sides.sandbox.eligibility}
    for place, act in faults:
        path = place if place.startswith("/") else "/"
        systems.get(place, sides.sandbox.canvas).faults.add(Fault(act, path=path))  # type: ignore[attr-defined]
    try:
        await sides.compare(question)
    finally:
        _without_faults(sides.sandbox)
