"""Whose an answer is: what it is found by when a patient's answers must be forgotten."""

from collections.abc import Collection
from itertools import repeat
from typing import Any, Final

import msgspec

from connectors.cache import Fetch
from connectors.listing import records
from connectors.record import Sourced

ANYBODY: Final = ""
"""In place of a patient's id: an answer that a change to any patient may change, such as a search's, or a
record that names no patient."""


class OfPatient(msgspec.Struct, frozen=True, gc=False):
    """An answer of this realm that tells of this patient, by the id that its upstream has for them."""

    realm: str
    patient: str

    def __repr__(self) -> str:
        return "<OfPatient>"


def tags(realm: str, fetch: Fetch[Any, Any, Any], key: Any, answer: object) -> Collection[OfPatient]:
    """The tags of an answer to this key, each once: none when it is of no patient."""
    if not fetch.is_personal:
        return ()
    whose: set[str] = set()
    for record in records(answer):
        whose.update(filter(None, record.about))
    if fetch.of is not None:
        whose.add(fetch.of(key))
    elif not whose or not isinstance(answer, Sourced):
        whose.add(ANYBODY)
    return tuple(map(OfPatient, repeat(realm), whose))
