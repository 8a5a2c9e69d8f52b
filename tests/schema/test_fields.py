"""The documents' response fields are in the graph, where docs/fields.md says."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from graphql import is_object_type

from tests.schema.documented import DOCUMENTED, NOT_IN_THE_EXAMPLES
from tests.schema.examples import CHILD, FAILED, OWN, answer, body_of, kind_at, rows_of
from tests.schema.field_tables import PATHS, ROWS, Row, at, fields


def instant(text: str) -> datetime:
    """The instant. Where no zone is printed it is UTC, which the eligibility service here is told too."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


MEANING: dict[str, Callable[[Any], object]] = {
    "Decimal": Decimal,
    "DateTime": instant,
    "ID": str,
    "String": str,
}


def meant(value: object, row: Row) -> object:
    """What a value of this row means, sent or told: a number, an instant; of an object, that it is there."""
    if value is None:
        return None
    kind = kind_at(row.path)
    meaning = MEANING.get(kind.name)
    return is_object_type(kind) or (meaning(value) if meaning else value)


def to_be_told(value: object, row: Row) -> object:
    """What this row tells for a value sent."""
    spelled = value if isinstance(value, str) else json.dumps(value, default=str)
    return meant(row.codes[spelled] if row.codes else value, row)


def test_each_documented_field_has_its_row() -> None:
    """The tables have each response field that the documents list once, in its root field, and no other."""
    documented = [(root, field) for root, names in DOCUMENTED.items() for field in names]

    assert sorted((row.root, row.field) for row in ROWS) == sorted(documented)


@pytest.mark.parametrize("example", [*OWN, *CHILD])
def test_all_that_an_example_holds_has_its_row(example: str) -> None:
    """No leaf, object or list of an example body is without a row."""
    assert {row.field for row in rows_of(example)} >= set(fields(body_of(example)))


def test_the_examples_lack_three_documented_fields() -> None:
    """All others are compared below with the documents' own values."""
    printed = {example: set(fields(body_of(example))) for example in OWN}

    lacking = [row.field for example in OWN for row in rows_of(example) if row.field not in printed[example]]

    assert sorted(lacking) == sorted(NOT_IN_THE_EXAMPLES)


@pytest.mark.parametrize("path", PATHS)
def test_each_path_is_in_the_graph(path: str) -> None:
    """Every path that the page tells is declared, with `[]` where a list is."""
    assert kind_at(path).name


@pytest.mark.parametrize("example", [*OWN, *CHILD])
async def test_each_value_of_an_example_is_told(example: str) -> None:
    """The example decodes as it stands, and everything in it is told at its row's path."""
    body, data = body_of(example), await answer(example)
    printed = set(fields(body))
    rows = [row for row in rows_of(example) if row.field in printed]

    told = {row.field: [meant(value, row) for value in at(data, row.path)] for row in rows}

    assert told == {row.field: [to_be_told(value, row) for value in at(body, row.field)] for row in rows}
    assert told.keys() == printed


@pytest.mark.parametrize("example", ["clinic/dependent", "eligibility/history", *CHILD])
async def test_what_is_told_differently_is_told_as_sent_too(example: str) -> None:
    """The field beside it holds what came, letter by letter."""
    body, data = body_of(example), await answer(example)
    rows = [(row.field, row.as_sent) for row in rows_of(example) if row.as_sent]

    assert rows
    assert [at(data, path) for _, path in rows] == [at(body, field) for field, _ in rows]


@pytest.mark.parametrize("example", FAILED)
async def test_each_error_of_a_failed_check_is_told(example: str) -> None:
    """The documents' example has no error. Of one that has, there are as many in the graph."""
    body, data = body_of(example), await answer(example)
    row = next(row for row in ROWS if row.field.endswith("errors[]"))

    assert len(at(data, row.path)) == len(at(body, row.field)) == 2
