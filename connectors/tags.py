"""Whose an answer is: what it is found by when a patient's answers must be forgotten."""

from typing import Any, Final, NamedTuple

from connectors.cache import Fetch
from connectors.listing import records
from connectors.record import Sourced

ANYBODY: Final = ""
"""In place of a patient's id: an answer that a change to any patient may change, such as a search's, or a
record that names no patient."""


class OfPatient(NamedTuple):
    """An answer of this realm that tells of this patient, by the id that its upstream has for them."""

    realm: str
    patient: str


NONE: Final[frozenset[OfPatient]] = frozenset()


def tags(realm: str, fetch: Fetch[Any, Any, Any], key: Any, answer: object) -> frozenset[OfPatient]:
    """The tags of an answer to this key: none when it is of no patient."""
    if not fetch.is_personal:
        return NONE
    whose = {patient for record in records(answer) for patient in record.about if patient}
    if fetch.of is not None:
        whose.add(fetch.of(key))
    elif not whose or not isinstance(answer, Sourced):
        whose.add(ANYBODY)
    return frozenset([OfPatient(realm, patient) for patient in whose])
