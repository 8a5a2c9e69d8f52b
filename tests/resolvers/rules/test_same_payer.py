"""Whether two payers are the same: same_payer.md has the cases; here is what holds of all of them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.record import Source
from resolvers.rules.same_payer import SamePayerBy, SamePayerReason, SamePayerValue, same_payer
from tests.resolvers.rules.tables import tables

CASES = [
    pytest.param(row, id=f"{table.title} ({number})")
    for table in tables("same_payer.md")
    for number, row in enumerate(table.rows, start=1)
]


@pytest.mark.parametrize("row", CASES)
def test_cases(row: dict[str, str]) -> None:
    """Each row of same_payer.md: the value, what decided it, and both comparisons."""
    told = same_payer(row["numbers"].split(","), row["organization"], row["number"], row["payer"])

    assert told.value.value.lower() == row["same"]
    assert (told.by.value if told.by else "") == row["by"]
    assert ", ".join(reason.value for reason in told.reasons) == row["because"]


def test_every_reason_is_in_the_table() -> None:
    """A person who reads the table has seen every code."""
    rows = [row for table in tables("same_payer.md") for row in table.rows]

    assert {reason for row in rows for reason in row["because"].split(", ")} == {
        reason.value for reason in SamePayerReason
    }


def test_sources_are_told_once() -> None:
    """The conclusion names the records that told numbers and names, each once."""
    one, other = (Source(system=system, fetched_at=datetime(2025, 9, 20, tzinfo=UTC)) for system in "ab")

    assert same_payer([], None, None, None, [one, other, one]).sources == (one, other)


NUMBERS = st.text("0019ABab ", max_size=6) | st.text(max_size=6)
NAMES = (
    st.none() | st.text(max_size=20) | st.sampled_from(["The Acme Co", "ACME", "Acme, Inc.", "Inc", "the"])
)


@given(
    st.lists(NUMBERS, max_size=4).flatmap(lambda n: st.tuples(st.just(n), st.permutations(n))), NAMES, NUMBERS
)
def test_the_order_of_numbers_changes_nothing(
    numbers: tuple[list[str], list[str]], name: str | None, number: str
) -> None:
    """The same conclusion, however the organization's numbers are sorted."""
    one, other = numbers

    assert same_payer(one, name, number, "Acme") == same_payer(other, name, number, "Acme")


@given(NUMBERS, NAMES, NUMBERS, NAMES)
def test_it_is_mutual(number: str, name: str | None, other_number: str, other_name: str | None) -> None:
    """If one is the other, the other is the one."""
    there = same_payer([number], name, other_number, other_name)

    assert there == same_payer([other_number], other_name, number, name)


@given(st.lists(NUMBERS, max_size=4), NAMES, NUMBERS, NAMES)
def test_what_decided_is_told(numbers: list[str], name: str | None, number: str, other: str | None) -> None:
    """A conclusion says what decided it, a missing one has nothing; a common number always decides."""
    told = same_payer(numbers, name, number, other)

    assert (told.by is None) == (told.value is SamePayerValue.UNKNOWN)
    if SamePayerReason.SAME_NUMBER in told.reasons:
        assert (told.value, told.by) == (SamePayerValue.YES, SamePayerBy.NUMBER)
