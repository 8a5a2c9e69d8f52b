"""How much one operation may ask for."""

import pytest
from graphql import get_introspection_query, parse

from app.graphql.limits import TooMuch, check_limits
from app.greeting import FIRST_QUERY
from schema.query import graph
from tests.journeys.test_summary import QUESTION, SUMMARY

SCHEMA = graph().schema


def nested(levels: int) -> str:
    """A question that goes from patient to coverage to patient, so many times."""
    inner = "id"
    for _ in range(levels):
        inner = f"coverages {{ beneficiary {{ patient {{ {inner} }} }} }}"
    return f'{{ patient(id: "p") {{ {inner} }} }}'


def doubled(fragments: int, *, spread: str) -> str:
    """Fragments of which each spreads the next one twice."""
    chain = " ".join(
        f"fragment F{number} on Patient {{ {spread.replace('NEXT', f'...F{number + 1}')} }}"
        for number in range(fragments)
    )
    return f'{{ patient(id: "p") {{ ...F0 }} }} {chain} fragment F{fragments} on Patient {{ id }}'


TWICE = "a: coverages { beneficiary { patient { NEXT } } } b: coverages { beneficiary { patient { NEXT } } }"


THIRTY = " ".join(
    f'p{number}: patient(id: "{number}") {{ coverages {{ payor {{ name }} }} }}' for number in range(30)
)
PAGE = 'patients(search: {name: "a"}, first: 100) { nodes { id name { text } coverages { id memberId } } }'


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(QUESTION, id="question"),
        pytest.param(SUMMARY, id="summary"),
        pytest.param(FIRST_QUERY.format(id="p"), id="first query"),
        pytest.param(get_introspection_query(input_value_deprecation=True), id="introspection"),
        pytest.param(f"{{ {THIRTY} }}", id="thirty patients"),
        pytest.param(f"{{ {PAGE} }}", id="a page"),
        pytest.param("{ nonsense { of { every { kind } } } }", id="invalid"),
    ],
)
def test_what_people_ask_is_allowed(query: str) -> None:
    """Every question of the documents, a tool's introspection, and a list of patients pass."""
    check_limits(SCHEMA, parse(query))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        pytest.param(nested(5), "levels of fields", id="nested"),
        pytest.param("{ " + " ".join(f"a{number}" for number in range(31)) + " }", "at its root", id="roots"),
        pytest.param(
            f'{{ {THIRTY} one: patient(id: "1") {{ id }} }}', "one field more than 30", id="aliases"
        ),
        pytest.param(doubled(4, spread=TWICE), "counted ten times", id="lists in lists"),
        pytest.param(doubled(30, spread=TWICE), "levels of fields", id="fragments"),
        pytest.param(doubled(40, spread="NEXT NEXT"), "counted ten times", id="fragments that double"),
        pytest.param("query A { __typename } query B " + nested(5), "levels", id="another operation"),
    ],
)
def test_too_much_is_refused(query: str, said: str) -> None:
    """A small document that would ask for very much is refused with the bound that it breaks."""
    with pytest.raises(TooMuch, match=said):
        check_limits(SCHEMA, parse(query))


def test_each_fragment_is_measured_once() -> None:
    """Measuring fragments that triple a hundred times ends: each is measured once."""
    with pytest.raises(TooMuch):
        check_limits(SCHEMA, parse(doubled(100, spread="NEXT NEXT NEXT")))


def test_a_fragment_that_spreads_itself_is_left_to_validation() -> None:
    """Measuring ends."""
    check_limits(SCHEMA, parse('{ patient(id: "p") { ...F } } fragment F on Patient { id ...F }'))
