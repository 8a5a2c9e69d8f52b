"""Whose an answer is: what it is found by when a patient's answers must be forgotten."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from connectors.cache import Fetch
from connectors.listing import records

ANYBODY: Final = ""
"""In place of a patient's id: an answer that a change to any patient may change, such as a search's."""


class OfPatient(NamedTuple):
    """An answer of this realm about this patient, by the id that its upstream has for them."""

    realm: str
    patient: str


def tags(realm: str, fetch: Fetch[Any, Any, Any], key: Any, answer: object) -> Iterator[OfPatient]:
    """The tags of an answer to this key: none when it is of no patient."""
    if not fetch.policy.kind.is_personal:
        return
    owners = {record.owner for record in records(answer)} - {None}
    if fetch.of is not None:
        owners.add(fetch.of(key))
    elif answer is None or hasattr(answer, "items") or hasattr(answer, "found"):
        owners.add(ANYBODY)
    yield from (OfPatient(realm, owner) for owner in owners if owner is not None)
