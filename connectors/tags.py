"""Whose an answer is: what it is found by when a patient's answers must be forgotten."""

from collections.abc import Collection
from typing import Final

from connectors.listing import records
from connectors.record import Sourced
from connectors.slot import Slot

ANYBODY: Final = ""
"""In place of a patient's id: an answer that a change to any patient may change, such as a search's, or a
record that names no patient."""


def tags(slot: Slot, answer: object) -> Collection[str]:
    """Each patient of whom an answer in this slot tells, by the id that its upstream has for them.

    Nobody when it is of no patient.
    """
    _, fetch, key = slot
    if not fetch.is_personal:
        return ()
    whose = {patient for record in records(answer) for patient in record.about if patient}
    if fetch.of is not None:
        whose.add(fetch.of(key))
    elif not whose or not isinstance(answer, Sourced):
        whose.add(ANYBODY)
    return whose
