"""What is to be forgotten, here and in every process that shares a tier."""

import json
from collections.abc import Iterable

import msgspec

from connectors.cache import Kind
from connectors.record import Record
from connectors.slot import Slot
from connectors.tags import ANYBODY


class Drop(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Answers of a kind, or that tell of a patient by their ids in each realm, or to one key.

    Where a patient's ids are None nobody knows them: whatever is of any patient is meant there. `key` is
    realm, method and key.
    """

    kind: Kind | None = None
    patients: dict[str, frozenset[str] | None] = msgspec.field(default_factory=dict)
    key: tuple[str, str, str] | None = None

    def takes(self, slot: Slot, tags: Iterable[str] | None) -> bool:
        """Whether an answer in this slot, with these tags, is meant. None: it is yet to come, of whomever."""
        realm, fetch, _ = slot
        if self.kind is not None:
            return fetch.policy.kind is self.kind
        if self.key is not None:
            return slot_text(slot) == self.key
        if realm not in self.patients or not fetch.is_personal:
            return False
        ids = self.patients[realm]
        return ids is None or tags is None or not {*ids, ANYBODY}.isdisjoint(tags)


def slot_text(slot: Slot) -> tuple[str, str, str]:
    """A slot as text: the same in every process."""
    realm, fetch, key = slot
    try:
        text = msgspec.json.encode(key).decode()
    except UnicodeEncodeError:  # a lone surrogate, which a client's string may hold
        text = json.dumps(msgspec.to_builtins(key))
    return realm, repr(fetch), text
