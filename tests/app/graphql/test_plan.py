"""A plan answers as the reference execution does, whatever is asked and whatever comes."""

import asyncio
import gc
import itertools
import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, NamedTuple, cast

import graphql
import msgspec
import pytest
from graphql import (
    ExecutionResult,
    GraphQLEnumType,
    GraphQLError,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    Undefined,
    build_schema,
    get_variable_values,
)

from app.graphql.execution import Result, execute
from app.graphql.operation import Operations, PreparedOperation
from app.graphql.planner import BYTES_PER_FIELD
from app.graphql.plans import MOST_PLANS
from connectors.cache import Kind, remembered
from connectors.errors import InvalidKey, Unreachable
from connectors.memory import Memory
from connectors.pins import Pins
from resolvers.absent import Absent
from resolvers.access import Principal
from resolvers.arguments import Arguments, ById, Id
from resolvers.context import Context
from resolvers.join import FromContext, Join, join
from resolvers.read import own_id, read
from schema.resolve import Answer, Attribute

SDL = """
type Query {
  thing(id: ID = "a"): Thing
  needed(id: ID!): Thing!
  things(ids: [ID!]): [Thing]
  echo(number: Int = 7, tree: Tree, numbers: [Int]): String
  shout(word: String! = "hey"): String!
  version: String
}
interface Named { text: String }
union Either = Thing | Other
type Other implements Named { text: String needed: String! }
type Thing implements Named {
  id: ID
  text: String
  number: Int
  fraction: Float
  flag: Boolean
  colour: Colour
  day: Date
  amount: Decimal
  needed: String!
  words: [String]
  neededWords: [String!]!
  grid: [[Int!]!]
  inner: Thing
  neededInner: Thing!
  inners: [Thing]
  neededInners: [Thing!]!
  matrix: [[Thing!]]
  named: Named
  either: Either
  later(id: ID = "b"): Thing
  neededLater(id: ID!): Thing!
  laters(ids: [ID!]): [Thing]
  own: Thing
  absent: String
  tenant: String
}
type Mutation { echo(number: Int = 7): String }
enum Colour { RED GREEN }
scalar Date
scalar Decimal
input Tree { leaf: Int = 5 leaves: [Int!] branch: Tree word: String }
"""
COLOURS = GraphQLEnumType("Colour", {"RED": "red", "GREEN": "green"})


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """A record that may hold anything anywhere."""

    id: Any = None
    text: Any = None
    number: Any = None
    fraction: Any = None
    flag: Any = None
    colour: Any = None
    day: Any = None
    amount: Any = None
    needed: Any = "needed"
    words: Any = None
    needed_words: Any = ()
    grid: Any = None
    inner: Any = None
    needed_inner: Any = None
    inners: Any = None
    needed_inners: Any = ()
    matrix: Any = None
    named: Any = None
    either: Any = None
    bad_entries: int = 0


LEAF = Thing(id="leaf", text="a leaf", number=1)
WHOLE = Thing(
    id="a",
    text="Ada",
    number=2**31 - 1,
    fraction=0.5,
    flag=False,
    colour="green",
    day=date(2024, 2, 29),
    amount=Decimal("12.50"),
    words=["x", None, "z"],
    needed_words=("x", "y"),
    grid=[[1, 2], []],
    inner=LEAF,
    needed_inner=LEAF,
    inners=[LEAF, None],
    needed_inners=(LEAF,),
    matrix=[[LEAF], None, []],
    named=LEAF,
    either=LEAF,
)
THINGS: Mapping[str, Any] = {
    "a": WHOLE,
    "b": Thing(id="b", text="Bo", inner=WHOLE, needed_inner=WHOLE, inners=(WHOLE, WHOLE)),
    "c": Thing(id="c", text="Cy", needed=None, inner=Thing(id="broken"), inners=[Thing(id="broken"), WHOLE]),
    "torn": Thing(id="torn", bad_entries=2),
    "lost": Thing(id="broken"),
    "stray": Thing(id="stray"),
}


class Library:
    """A connector over things. It tells who asked for what, and waits for those it is told to keep back."""

    system: ClassVar[str] = "library"
    realm = "here"

    def __init__(self, things: Mapping[str, Any] = THINGS) -> None:
        self._things = things
        self.asked: list[str] = []
        self.kept_back: dict[str, asyncio.Event] = {}

    @remembered(Kind.PLANS, fresh=60, while_revalidate=60, on_error=0, by_id=True)
    async def thing(self, key: str) -> Any:
        """The thing of this id."""
        return await self._found(key)

    @remembered(Kind.PLANS, fresh=60, while_revalidate=60, on_error=0)
    async def own(self, key: str) -> Any:
        """What belongs to the thing of this id."""
        return await self._found(key)

    async def _found(self, key: str) -> Any:
        self.asked.append(key)
        await asyncio.sleep(0)
        if key in self.kept_back:
            await self.kept_back[key].wait()
        if key == "broken":
            raise Unreachable("library")
        if key == "a b":
            raise InvalidKey("An id has no blanks.")
        return self._things.get(key)


class ByIds(Arguments, frozen=True, kw_only=True):
    """Several."""

    ids: tuple[Id, ...] | None = None


class Tree(Arguments, frozen=True, kw_only=True):
    """An argument with depth."""

    leaf: int | None = 5
    leaves: tuple[int, ...] | None = None
    branch: "Tree | None" = None
    word: str | None = None


class Echoed(Arguments, frozen=True, kw_only=True):
    """Arguments of every shape; a negative number cannot be meant."""

    number: Annotated[int, msgspec.Meta(ge=0)] | None = 7
    tree: Tree | None = None
    numbers: tuple[int | None, ...] | None = None


class Shouted(Arguments, frozen=True, kw_only=True):
    """A word."""

    word: str


def _keys(_: Any, asked: ByIds) -> tuple[str, ...] | None:
    if asked.ids is not None and "refused" in asked.ids:
        raise InvalidKey("Refused.")
    return asked.ids


def _echo(_: Any, asked: Any) -> str:
    return str(msgspec.to_builtins(asked))


by_id = join(read(Library.thing, lambda _, asked: asked.id), then=lambda _, __, found: found)
by_ids = join(read(Library.thing, _keys), then=lambda _, __, found: found)
of_own = join(read(Library.own, own_id), then=lambda _, __, found: found)
absent = join(then=lambda _, __: Absent("NO_RECORD"))
echo = join(then=_echo)
tenant = FromContext(lambda _, context: context.principal.tenant)

JOINS: dict[tuple[str, str], tuple[Join, type[Arguments] | None]] = {
    ("Query", "thing"): (by_id, ById),
    ("Query", "needed"): (by_id, ById),
    ("Query", "things"): (by_ids, ByIds),
    ("Query", "echo"): (echo, Echoed),
    ("Query", "shout"): (echo, Shouted),
    ("Mutation", "echo"): (echo, Echoed),
    ("Thing", "later"): (by_id, ById),
    ("Thing", "neededLater"): (by_id, ById),
    ("Thing", "laters"): (by_ids, ByIds),
    ("Thing", "own"): (of_own, None),
    ("Thing", "absent"): (absent, None),
    ("Thing", "tenant"): (tenant, None),
}


def graph() -> GraphQLSchema:
    """The schema of `SDL`, answered as the gateway's is: by attributes and joins."""
    schema = build_schema(SDL)
    for name in ("Query", "Mutation", "Thing", "Other"):
        kind = cast("GraphQLObjectType", schema.type_map[name])
        for field_name, field in kind.fields.items():
            joined = JOINS.get((name, field_name))
            field.resolve = Answer(*joined) if joined else Attribute(_snake(field_name))
    cast("GraphQLObjectType", schema.type_map["Query"]).fields["version"].resolve = lambda *_: "1"
    colours = cast("GraphQLEnumType", schema.type_map["Colour"])
    colours.coerce_output_value = COLOURS.coerce_output_value  # type: ignore[method-assign]
    for name, coerce in (("Date", lambda day: day.isoformat()), ("Decimal", str)):
        cast("GraphQLScalarType", schema.type_map[name]).coerce_output_value = coerce
    for name in ("Named", "Either"):
        cast("Any", schema.type_map[name]).resolve_type = lambda *_: "Thing"
    return schema


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


SCHEMA = graph()


class Watched(Context):
    """A context that tells whether the reference had to answer in a plan's place."""

    fell_back = False

    def begin_again(self) -> None:
        """The plan has failed."""
        self.fell_back = True
        super().begin_again()


class Told(NamedTuple):
    """All that an operation tells: the data with their order, errors, notices and incidents."""

    data: str
    errors: list[str]
    notices: list[str]
    incidents: list[str]

    def in_any_order(self) -> "Told":
        """What is told beside the data as bags: where fields wait, their order is that of arrival.

        The reference behind a plan finds the failures that the plan met, so they arrive in another order.
        """
        return Told(self.data, *map(sorted, self[1:]))


def watched(library: Library, memory: Memory | None = None) -> Watched:
    """A new operation's context, over this library."""
    return Watched(
        principal=Principal(subject="test", tenant="clinic", patients=None),
        pins=Pins(memory or Memory(), {Library: library}),
        now=datetime(2026, 1, 1, tzinfo=UTC),
    )


def told(result: ExecutionResult, context: Context) -> Told:
    """What a client could see of it, and our log."""
    return Told(
        json.dumps(result.data),
        [_error(error) for error in result.errors or ()],
        [repr(notice) for notice in context.notices],
        [f"{incident.path} {incident.error}" for incident in context.incidents],
    )


def _error(error: GraphQLError) -> str:
    return json.dumps([error.formatted, type(error.original_error).__name__])


def prepared_of(document: str, name: str | None = None) -> PreparedOperation:
    """The operation, prepared anew."""
    return Operations(SCHEMA).prepare(document, name)


def reference(prepared: PreparedOperation, variables: dict[str, Any] | None, context: Context) -> Result:
    """The reference's answer."""
    return graphql.execute(
        SCHEMA,
        prepared.document,
        context_value=context,
        variable_values=variables,
        operation_name=prepared.name,
    )


def has_plan(prepared: PreparedOperation, variables: dict[str, Any] | None) -> bool:
    """Whether a plan is tried."""
    values = get_variable_values(SCHEMA, prepared.operation.variable_definitions or (), variables or {})
    return not isinstance(values, list) and prepared.plans.of(values) is not None


async def landed(result: Result) -> ExecutionResult:
    """The result, waited for if need be."""
    return result if isinstance(result, ExecutionResult) else await result


async def equal(
    document: str,
    variables: dict[str, Any] | None = None,
    *,
    things: Mapping[str, Any] = THINGS,
    name: str | None = None,
    prepared: PreparedOperation | None = None,
) -> bool:
    """Compare plan and reference, cold and warm. Tells whether the plan was good for both."""
    prepared = prepared or prepared_of(document, name)
    library, memory = Library(things), Memory()
    cold, cold_reference = watched(Library(things)), watched(library, memory)
    answer = await landed(execute(SCHEMA, prepared, variables, cold))
    expected = await landed(reference(prepared, variables, cold_reference))
    assert told(answer, cold).in_any_order() == told(expected, cold_reference).in_any_order()

    await landed(execute(SCHEMA, prepared, variables, watched(library, memory)))  # what a plan begins beside
    warm, warm_reference = watched(library, memory), watched(library, memory)
    at_once = execute(SCHEMA, prepared, variables, warm)
    expected_at_once = reference(prepared, variables, warm_reference)
    if isinstance(expected_at_once, ExecutionResult):
        assert isinstance(at_once, ExecutionResult)
        assert told(at_once, warm) == told(expected_at_once, warm_reference)
    else:
        answer, expected = await landed(at_once), await landed(expected_at_once)
        assert told(answer, warm).in_any_order() == told(expected, warm_reference).in_any_order()
    planned = has_plan(prepared, variables)
    return planned and not cold.fell_back and not warm.fell_back


@pytest.fixture
async def _nothing_is_left() -> AsyncIterator[None]:
    """The test leaves no task behind, and no coroutine that nobody awaited: the warning is an error."""
    yield
    for _ in range(5):
        await asyncio.sleep(0)
    gc.collect()
    assert asyncio.all_tasks() == {asyncio.current_task()}


EVERY_LEAF = "id text number fraction flag colour day amount needed words neededWords grid"

PLANNED: dict[str, tuple[str, dict[str, Any] | None]] = {
    "leaves": (f"{{ thing {{ {EVERY_LEAF} }} }}", None),
    "order of fields": ("{ b: thing { text id } a: thing { id text } }", None),
    "places are kept while waiting": (
        '{ thing { x: later { text } id y: later(id: "c") { id } text own { id } } echo shout }',
        None,
    ),
    "aliases": ("{ one: thing { t: text text s: text } two: thing { text } }", None),
    "same name, other selections": (
        "{ thing { inner { id } } thing { text inner { text id } later { id } later { inner { text } } } }",
        None,
    ),
    "merged order": ("{ thing { inner { text } id inner { id text number } } }", None),
    "named fragments": (
        (
            "{ thing { ...f id ...f inner { ...f } } } fragment f on Thing { text inner { id } "
            "later { ...g } } "
            "fragment g on Thing { text number }"
        ),
        None,
    ),
    "a fragment in two places of one field": (
        "{ thing { inner { ...f } } thing { inner { id ...f } } } fragment f on Thing { text id }",
        None,
    ),
    "inline fragments": (
        "{ ... { thing { ... on Thing { text ... { id text } } } } ... on Query { echo } }",
        None,
    ),
    "typename everywhere": (
        (
            "{ __typename thing { __typename t: __typename inner { __typename } matrix { __typename } "
            "later { __typename id } } ...f } fragment f on Query { __typename u: __typename }"
        ),
        None,
    ),
    "lists": ("{ thing { inners { id } neededInners { text } matrix { id inner { id } } } }", None),
    "joins in lists": (
        '{ things(ids: ["a", "b", "a", "nobody"]) { id inners { id later { text own { id } } } } }',
        None,
    ),
    "joins in nested lists": (
        '{ thing { matrix { text later(id: "b") { inners { own { id } text } } } } }',
        None,
    ),
    "no items": ("{ things(ids: []) { id } }", None),
    "nothing to ask": ("{ things { id } thing { laters { id } } }", None),
    "nobody": ('{ thing(id: "nobody") { id inner { id } own { id } } }', None),
    "own id beside its parent": ('{ thing(id: "b") { own { id own { text } } } }', None),
    "own id of nobody": ('{ thing(id: "nobody") { own { id own { text } } } }', None),
    "notices": ('{ thing { absent b: absent inners { absent } } things(ids: ["a", "b"]) { absent } }', None),
    "from the context": ("{ thing { tenant later { tenant } } }", None),
    "a bad entry": ('{ thing(id: "torn") { id } things(ids: ["torn", "a"]) { id } }', None),
    "one of several keys failed": ('{ things(ids: ["a", "broken", "b"]) { id } }', None),
    "skip and include": (
        (
            "{ a: echo @skip(if: true) b: echo @skip(if: false) c: echo @include(if: true)"
            " d: echo @include(if: false)"
            " e: echo @skip(if: false) @include(if: false) f: echo @skip(if: true) @include(if: true)"
            " g: echo @include(if: true) @skip(if: false) }"
        ),
        None,
    ),
    "skipped fragments": (
        (
            "{ ... @skip(if: true) { echo } ...f @include(if: false) ...f @include(if: true) thing { "
            "... on Thing @include(if: false) { id } ... on Thing @include(if: true) { text } } } "
            "fragment f on Query { shout thing { number } }"
        ),
        None,
    ),
    "all skipped": ("{ thing { id @skip(if: true) inner @include(if: false) { id } } }", None),
    "nothing left": ("{ echo @skip(if: true) }", None),
    "one of the same is skipped": ("{ echo(number: 1) @skip(if: true) echo(number: 1) thing { id } }", None),
    "conditions by variables": (
        (
            "query ($s: Boolean!, $i: Boolean = true, $d: Boolean! = false) { a: echo @skip(if: $s) "
            "b: echo @include(if: $i) ...f @include(if: $d) ... @skip(if: $d) { "
            "thing { id @skip(if: $s) text } } } "
            "fragment f on Query { shout @include(if: $s) }"
        ),
        {"s": True, "d": True},
    ),
    "defaults": ("{ echo shout thing { id later { id } } }", None),
    "constant arguments": (
        (
            '{ a: echo(number: 1, tree: {leaf: 2, branch: {leaves: [1, 2], word: "w"}}, numbers: [1, null]) '
            "b: echo(number: null, numbers: 3) c: echo(tree: {}) d: echo(tree: {leaf: null, leaves: 4}) }"
        ),
        None,
    ),
    "variables in lists and objects": (
        (
            "query ($n: Int, $l: Int!, $w: String, $t: Tree) { a: echo(number: $n, numbers: [1, $n, $l]) "
            "b: echo(tree: {leaf: $n, leaves: [$l, 2], branch: {word: $w, leaf: $l}}) "
            "c: echo(tree: {branch: $t}) d: echo(tree: $t) }"
        ),
        {"n": 3, "l": 4, "t": {"leaves": 9, "branch": {}}},
    ),
    "variables left out": (
        (
            'query ($n: Int, $l: [Int], $t: Tree, $w: String = "default", $i: ID) '
            "{ echo(number: $n, numbers: $l, tree: $t) shout(word: $w) thing { later(id: $i) { id } } }"
        ),
        None,
    ),
    "null variables": (
        "query ($n: Int = 5, $l: [Int], $t: Tree) { echo(number: $n, numbers: $l, tree: $t) }",
        {"n": None, "l": None, "t": None},
    ),
    "defaults of variables": (
        (
            'query ($n: Int = 5, $t: Tree = {leaf: 1}, $i: [ID!] = ["b"]) '
            "{ echo(number: $n, tree: $t) things(ids: $i) { id } }"
        ),
        {},
    ),
    "a fragment's arguments, read once": (
        "query ($i: ID!) { thing { ...f inners { ...f } } } fragment f on Thing { later(id: $i) { text } }",
        {"i": "b"},
    ),
}

FALLEN_BACK: dict[str, tuple[str, dict[str, Any] | None]] = {
    "introspection": ("{ __schema { queryType { name } } thing { id } }", None),
    "introspection of a type": ('{ thing { id later { text } } __type(name: "Thing") { name kind } }', None),
    "a resolver of another kind": ("{ version thing { id } }", None),
    "an interface": ("{ thing { named { text ... on Other { needed } ... on Thing { id } } } }", None),
    "a union": ("{ thing { either { __typename ... on Thing { id } } } }", None),
    "another type behind an interface": (
        (
            "{ thing { id ... on Named { n: text ... on Other { o: text } } ...f } } "
            "fragment f on Named { p: text ... on Other { needed } }"
        ),
        None,
    ),
    "a mutation": ("mutation { echo a: echo(number: 3) }", None),
    "a bad constant": ("{ echo(number: -1) thing { id } }", None),
    "a bad constant behind nobody": (
        '{ thing(id: "nobody") { later(id: null) { id } } echo(number: -1) }',
        None,
    ),
    "a bad variable": ("query ($n: Int) { echo(number: $n) thing { id } }", {"n": -1}),
    "null where the argument must not be": ('query ($w: String = "x") { shout(word: $w) }', {"w": None}),
    "null in a nested place": (
        "query ($n: Int = 1) { echo(tree: {leaves: [$n]}) thing { id } }",
        {"n": None},
    ),
    "no condition at all": ("query ($s: Boolean = true) { thing { id @skip(if: $s) } echo }", {"s": None}),
    "a wrong variable": ("query ($n: Int) { echo(number: $n) }", {"n": "one"}),
    "a missing variable": ("query ($n: Int!, $w: String!) { echo(number: $n) shout(word: $w) }", {}),
    "wrong variables by the dozen": (
        "query ($l: [Int]) { echo(numbers: $l) }",
        {"l": ["x"] * 60},
    ),
    "a key is refused": ('{ things(ids: ["refused"]) { id } thing { text } }', None),
    "a key is refused below": (
        '{ thing { laters(ids: ["refused"]) { id } text inners { laters(ids: ["refused"]) { id } } } }',
        None,
    ),
    "a key is refused late": ('{ thing(id: "a b") { id own { id } } echo }', None),
    "a failed read": ('{ thing(id: "broken") { id own { id } } echo a: thing { id } }', None),
    "a failed read below": (
        '{ thing(id: "lost") { own { id } inner { id } } b: thing { own { id } } }',
        None,
    ),
    "failed reads in a list": ('{ thing(id: "c") { inners { id own { id } } inner { own { id } } } }', None),
    "all keys failed": ('{ things(ids: ["broken", "a b"]) { id } echo }', None),
    "failed, beside what is told": (
        (
            '{ thing { absent } things(ids: ["a", "broken"]) { absent } thing2: thing(id: "broken") { id } '
            't: thing(id: "torn") { absent id } }'
        ),
        None,
    ),
    "a null that must not be": ('{ thing(id: "c") { id needed } }', None),
    "null to the root": ('{ needed(id: "nobody") { id } echo }', None),
    "a failure to the root": ('{ echo needed(id: "broken") { id } thing { absent } }', None),
    "null past a list": ('{ things(ids: ["a", "c", "b"]) { id needed later { id } } }', None),
    "a failed field that must be": ('{ thing { id neededLater(id: "broken") { id } } echo }', None),
    "a missing field that must be": (
        '{ thing { inners { id neededLater(id: "nobody") { id } } } echo }',
        None,
    ),
}


@pytest.mark.parametrize(("document", "variables"), PLANNED.values(), ids=PLANNED)
async def test_a_plan_answers_as_the_reference(document: str, variables: dict[str, Any] | None) -> None:
    """What goes well is answered by the plan alone, cold and warm, and is the reference's answer."""
    assert await equal(document, variables)


@pytest.mark.parametrize(("document", "variables"), FALLEN_BACK.values(), ids=FALLEN_BACK)
async def test_the_reference_answers_the_rest(document: str, variables: dict[str, Any] | None) -> None:
    """What a plan cannot answer is answered by the reference, as if nobody had planned."""
    assert not await equal(document, variables)


WHAT_STANDS: dict[str, tuple[str, Any]] = {
    "int too large": ("number", 2**31),
    "int as a bool": ("number", True),
    "int as a float": ("number", 3.0),
    "a fraction of an int": ("number", 3.5),
    "int as text": ("number", "12"),
    "int as no number": ("number", "twelve"),
    "a list for an int": ("number", [1]),
    "nan": ("fraction", float("nan")),
    "infinity": ("fraction", float("inf")),
    "float as an int": ("fraction", 2),
    "float as a decimal": ("fraction", Decimal("1.25")),
    "a list for text": ("text", ["a"]),
    "an object for text": ("text", LEAF),
    "a number for text": ("text", 12),
    "a bool for text": ("text", True),
    "bytes for text": ("text", b"a"),
    "text of another class": ("text", type("Text", (str,), {})("sub")),
    "text that is none": ("text", ""),
    "a number for an id": ("id", 12),
    "a float for an id": ("id", 1.0),
    "half an id": ("id", 1.5),
    "a number for a bool": ("flag", 1),
    "text for a bool": ("flag", "yes"),
    "nan for a bool": ("flag", float("nan")),
    "an unknown code": ("colour", "blue"),
    "a code by its name": ("colour", "RED"),
    "a list for a code": ("colour", ["red"]),
    "text for a day": ("day", "2024-02-29"),
    "an instant for a day": ("day", datetime(2024, 2, 29, 12, tzinfo=UTC)),
    "no decimal": ("amount", Decimal("NaN")),
    "a list for a decimal": ("amount", [1]),
    "undefined": ("text", Undefined),
    "undefined decimal": ("amount", Undefined),
    "an exception for a decimal": ("amount", ValueError("no amount")),
    "an exception for text": ("text", ValueError("no text")),
    "a null that must not be": ("needed", None),
    "text for a list": ("words", "abc"),
    "a set for a list": ("words", {"a"}),
    "a generator for a list": ("words", range(3)),
    "an object for a list": ("words", LEAF),
    "a list in a list": ("words", [["a"]]),
    "an unfit item": ("words", ["a", b"b"]),
    "a null item that must not be": ("neededWords", ["a", None]),
    "a null list that must not be": ("neededWords", None),
    "a null row that must not be": ("grid", [[1], None]),
    "a null cell that must not be": ("grid", [[1], [2, None]]),
    "a cell for a row": ("grid", [1]),
    "cells out of range": ("grid", [[1], [2**31]]),
    "rows of tuples": ("grid", ((1, 2), (3,))),
    "text for an object": ("inner { id }", "thing"),
    "a list for an object": ("inner { id }", [LEAF]),
    "undefined object": ("inner { id }", Undefined),
    "an exception for an object": ("inner { id }", ValueError("no inner")),
    "an object for a list of them": ("inners { id }", LEAF),
    "items of all kinds": ("inners { id }", [LEAF, None, "thing", ValueError("no item"), WHOLE]),
    "a null object that must not be": ("neededInner { id }", None),
    "a null object in a list": ("neededInners { id }", [LEAF, None]),
    "null in a matrix": ("matrix { id }", [[LEAF], [LEAF, None], None]),
    "deep below": ("inner { inner { needed } text }", Thing(inner=Thing(needed=None), text="t")),
}


@pytest.mark.parametrize(("selected", "value"), WHAT_STANDS.values(), ids=WHAT_STANDS)
async def test_whatever_stands_in_a_record(selected: str, value: Any) -> None:
    """A value of an odd type is told, or refused, as the reference does it; at any depth."""
    fact = _snake(selected.partition(" ")[0])
    odd = msgspec.structs.replace(LEAF, **{fact: value})
    things = {"a": odd, "b": Thing(id="b", inner=odd, needed_inner=odd, inners=[LEAF, odd], matrix=[[odd]])}
    await equal(f"{{ thing {{ text id x: {selected} number }} echo }}", things=things)
    await equal(
        f'{{ thing(id: "b") {{ id inner {{ {selected} }} neededInner {{ {selected} }} '
        f'inners {{ id {selected} }} matrix {{ {selected} }} later(id: "a") {{ {selected} }} }} }}',
        things=things,
    )


async def test_more_outcomes_than_plans() -> None:
    """Each outcome of the conditions has an answer of its own; those beyond the bound have no plan."""
    prepared = prepared_of(
        "query ($a: Boolean!, $b: Boolean!, $c: Boolean!, $d: Boolean = true) { "
        "thing { text id @skip(if: $a) } "
        "...f @include(if: $b) number: echo @include(if: $d) } "
        'fragment f on Query { echo @skip(if: $c) shout thing { later(id: "b") { id } } }'
    )
    outcomes = [dict(zip("abcd", one, strict=True)) for one in itertools.product([True, False], repeat=4)]
    planned = [await equal("", outcome, prepared=prepared) for outcome in outcomes]

    assert planned == [True] * MOST_PLANS + [False] * (len(outcomes) - MOST_PLANS)


TWO = """
query Conditional($x: Boolean!, $y: Boolean = false) { ...f echo @skip(if: $y) }
query Named($x: [ID!]!, $y: Int) { things(ids: $x) { id text @include(if: true) } echo(number: $y) }
fragment f on Query { thing { id @include(if: $x) text } }
"""


async def test_one_operation_of_several() -> None:
    """Operations of one document may name different things alike: each has plans of its own."""
    assert await equal(TWO, {"x": True}, name="Conditional")
    assert await equal(TWO, {"x": False, "y": True}, name="Conditional")
    assert await equal(TWO, {"x": ["a", "b"], "y": 3}, name="Named")


async def test_what_another_operation_depends_on_makes_no_plans() -> None:
    """Values that no condition of this operation depends on do not use up its plans."""
    prepared = prepared_of(TWO, "Named")

    assert all([await equal("", {"x": ["a"], "y": one}, prepared=prepared) for one in range(MOST_PLANS + 1)])


def plan(prepared: PreparedOperation) -> None:
    """Have an operation without variables planned."""
    values = get_variable_values(SCHEMA, (), {})
    assert not isinstance(values, list)
    assert prepared.plans.of(values)


def plan_bytes(document: str) -> int:
    """What its plan weighs."""
    operations = Operations(SCHEMA)
    prepared = operations.prepare(document, None)
    before = operations._bytes
    plan(prepared)
    return operations._bytes - before


def test_a_fragment_is_planned_once() -> None:
    """However often it is spread, what stands below its fields is planned and kept once."""
    fragment = "fragment f on Thing { inner { id text number inner { id text number fraction flag } } }"
    often = " ".join(f"a{number}: thing {{ ...f }}" for number in range(20))

    assert plan_bytes(f"{{ {often} }} {fragment}") < 5 * plan_bytes(f"{{ thing {{ ...f }} }} {fragment}")


def test_a_plan_makes_room_for_itself() -> None:
    """Its memory counts, and the operations longest unused are forgotten for it."""
    operations = Operations(SCHEMA)
    first, second = operations.prepare("{ shout }", None), operations.prepare("{ thing { id text } }", None)
    plan(first)
    operations._most_bytes = operations._bytes + 3 * BYTES_PER_FIELD - 1
    plan(second)

    assert [*operations._prepared.values()] == [second]
    assert operations._bytes < operations._most_bytes


def test_what_is_forgotten_takes_no_room() -> None:
    """Not what it took before, nor what it is planned for those who still hold it."""
    operations = Operations(SCHEMA, most_documents=1)
    first = operations.prepare("{ shout }", None)
    plan(operations.prepare("{ echo }", None))
    plan(first)
    operations.prepare("{ version }", None)

    alone = Operations(SCHEMA)
    alone.prepare("{ version }", None)
    assert operations._bytes == alone._bytes


def kept_back(*keys: str) -> Library:
    """A library that keeps these back until their event is set."""
    library = Library()
    library.kept_back = {key: asyncio.Event() for key in keys}
    return library


async def until_asked(library: Library, *keys: str) -> None:
    """Let the event loop run until the library was asked for all of these."""
    async with asyncio.timeout(5):
        while not set(keys) <= set(library.asked):
            await asyncio.sleep(0)


def started(document: str, context: Context) -> asyncio.Future[ExecutionResult]:
    """The execution of a document of which something waits."""
    result = execute(SCHEMA, prepared_of(document), None, context)
    assert not isinstance(result, ExecutionResult)
    return asyncio.ensure_future(result)


SIBLINGS = """{
  slow: thing(id: "b") { id own { id later(id: "a") { text } } }
  failing: thing(id: "broken") { id }
  listed: things(ids: ["torn", "a"]) { id absent }
  again: thing(id: "b") { text }
}"""


@pytest.mark.usefixtures("_nothing_is_left")
async def test_one_of_several_fails() -> None:
    """The others go on: what was asked is asked once, what waits is waited for, and all is told once."""
    library, fair = kept_back("b"), Library()
    context, fair_context = watched(library), watched(fair)
    expected = await landed(reference(prepared_of(SIBLINGS), None, fair_context))
    asking = started(SIBLINGS, context)
    await until_asked(library, "b", "broken", "torn", "a")
    while not context.fell_back:
        await asyncio.sleep(0)
    library.kept_back["b"].set()

    assert told(await asking, context).in_any_order() == told(expected, fair_context).in_any_order()
    assert sorted(library.asked) == sorted(fair.asked)


@pytest.mark.usefixtures("_nothing_is_left")
@pytest.mark.parametrize("ticks", range(6))
async def test_cancelled_while_waiting(ticks: int) -> None:
    """Who cancels is obeyed at once, at any tick; what was asked is still read, for it is pinned.

    Unless the reference execution is at it: that ends by itself, as all that it reads fails.
    """
    library = kept_back("b", "torn")
    memory = Memory()
    context = watched(library, memory)
    asking = started(SIBLINGS, context)
    for _ in range(ticks):
        await asyncio.sleep(0)
    asking.cancel()
    async with asyncio.timeout(5):
        with pytest.raises(asyncio.CancelledError):
            await asking

    pinned = [one.answer for one in context.pins.readings.values() if one.pending]
    assert not any(one.cancelled() for one in pinned)
    assert not context.fell_back or all(one.done() for one in pinned)
    for event in library.kept_back.values():
        event.set()
    await asyncio.wait(pinned)
    again = await landed(execute(SCHEMA, prepared_of(SIBLINGS), None, watched(library, memory)))
    assert again.data
    assert (again.data["again"], again.data["failing"]) == ({"text": "Bo"}, None)
    # The thing, and what belongs to it.
    assert library.asked.count("b") == (4 if context.fell_back else 2)


@pytest.mark.usefixtures("_nothing_is_left")
@pytest.mark.parametrize("document", [SIBLINGS, '{ thing(id: "b") { id } }'], ids=["several", "one"])
async def test_an_operation_that_is_over_has_no_answer(document: str) -> None:
    """When its pins are closed while it waits, it is cancelled, and does not answer with what it lacks."""
    library = kept_back("b", "torn", "broken")
    context = watched(library)
    asking = started(document, context)
    await until_asked(library, "b")
    context.pins.close()

    with pytest.raises(asyncio.CancelledError):
        await asking


@pytest.mark.usefixtures("_nothing_is_left")
async def test_a_deadline() -> None:
    """When the operation's time is over, plan and reference tell the same of what is there and what not."""
    tellings = []
    for way in (execute, lambda _, *others: reference(*others)):
        library = kept_back("b")
        context = watched(library)
        asking = asyncio.ensure_future(landed(way(SCHEMA, prepared_of(SIBLINGS), None, context)))
        await until_asked(library, "b", "broken", "torn", "a")
        for _ in range(20):
            await asyncio.sleep(0)
        context.pins.expire()
        tellings.append(told(await asking, context).in_any_order())
        library.kept_back["b"].set()

    assert tellings[0] == tellings[1]
    assert "library did not answer in time" in str(tellings[0].errors)


@pytest.mark.usefixtures("_nothing_is_left")
async def test_dropped_while_nothing_has_begun() -> None:
    """A plan's awaitable that nobody awaits is no coroutine that complains of it."""
    prepared = prepared_of(SIBLINGS)
    values = get_variable_values(SCHEMA, (), {})
    assert not isinstance(values, list)
    plan = prepared.plans.of(values)
    assert plan
    waiting = plan.execute(watched(Library()), values)

    assert not isinstance(waiting, dict)
