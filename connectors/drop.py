"""What is to be forgotten, here and in every process that shares a tier."""

import json
from collections.abc import Iterable

import msgspec

from connectors.cache import Kind
from connectors.record import Record
from connectors.slot import Slot
from connectors.tags import ANYBODY, OfPatient


class Drop(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Answers of a kind, or of a patient by the id of each realm, or to one key (realm, method and key).

    Where a patient's id is None nobody knows it: whatever is of any patient is meant there.
    """

    kind: Kind | None = None
    patients: dict[str, str | None] = msgspec.field(default_factory=dict)
    key: tuple[str, str, str] | None = None

    def takes(self, slot: Slot, tags: Iterable[OfPatient]) -> bool:
        """Whether an answer in this slot, with these tags, is meant."""
        realm, fetch, _ = slot
        if self.kind is not None:
            return fetch.policy.kind is self.kind
        if self.key is not None:
            return slot_text(slot) == self.key
        if realm not in self.patients or not fetch.policy.kind.is_personal:
            return False
        patient = self.patients[realm]
        return patient is None or any(tag.patient in {patient, ANYBODY} for tag in tags)


def slot_text(slot: Slot) -> tuple[str, str, str]:
    """A slot as text: the same in every process."""
    realm, fetch, key = slot
    try:
        text = msgspec.json.encode(key).decode()
    except UnicodeEncodeError:  # a lone surrogate, which a client's string may hold
        text = json.dumps(msgspec.to_builtins(key))
    return realm, repr(fetch), text
