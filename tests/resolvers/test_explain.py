"""How much of an operation with very many reads is told."""

from typing import Any

import pytest

from connectors.canvas.connector import Canvas
from connectors.pins import Pin
from connectors.reading import How, Reading
from resolvers.explain import MOST_PARENTS, MOST_READS, Explanation

WHERE = ("patient", "insuranceSummary")


def pin(number: int) -> Pin:
    """One of many keys of one method."""
    return Canvas.organization, str(number)


def told(reads: int, *, fields: int = 1) -> tuple[list[dict[str, Any]], int]:
    """What is told where fields with so many reads each lie in one another, and how many are left out."""
    explanation = Explanation()
    for number in range(reads * fields):
        where = WHERE * (1 + number // reads)
        explanation.begun(pin(number), None, where, needs=1)
        explanation.wanted(pin(number), where, place=0)
    readings = {pin(number): Reading(None, How.HIT, 0.0) for number in range(reads * fields)}
    return list(explanation.told(readings)), explanation.left_out(readings)


@pytest.mark.parametrize(("reads", "left_out"), [(3, 0), (MOST_READS, 0), (MOST_READS + 804, 804)])
def test_a_thousand_reads_are_told_and_the_rest_counted(reads: int, left_out: int) -> None:
    """Those first wanted are told."""
    listed, rest = told(reads)

    assert [one["read"] for one in listed] == list(range(1, reads - left_out + 1))
    assert rest == left_out


def test_a_read_has_twenty_parents_at_most() -> None:
    """Of those that led to it the first are told, its own field's before those of the field around."""
    listed, _ = told(100, fields=2)

    first = list(range(1, MOST_PARENTS + 1))
    assert listed[99]["parents"] == first
    assert listed[100]["parents"] == first
    assert listed[199]["parents"] == [100 + number for number in first]


def test_what_is_left_out_is_not_kept() -> None:
    """A hundred thousand reads leave a thousand behind, and twenty of them to be parents."""
    explanation = Explanation()
    for number in range(100_000):
        explanation.begun(pin(number), None, WHERE)
        explanation.wanted(pin(number), WHERE, place=0)

    assert len(explanation._parents) == len(explanation._numbers) == MOST_READS
    assert [len(one) for one in explanation._at[WHERE].values()] == [MOST_PARENTS]
