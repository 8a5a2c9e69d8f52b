"""An answer as it is kept: sealed JSON, under a name that tells nothing."""

import hashlib
from functools import cache
from typing import Any, Generic, TypeVar

import msgspec

from connectors.cache import Fetch
from connectors.drop import slot_text
from connectors.slot import Slot
from connectors.store.seal import Seal

V = TypeVar("V")

LARGEST = 1_000_000
"""Bytes of the largest answer that is shared."""


class Envelope(msgspec.Struct, Generic[V], frozen=True):
    """An answer on its way through the tier, with the moments when it was asked for and came (since 1970)."""

    asked: float
    fetched: float
    answer: V

    def __repr__(self) -> str:
        return "<Envelope>"


class Envelopes:
    """Closes and opens them."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    def name(self, slot: Slot) -> str:
        """Where the answer to this slot is kept: the same in every process of this version with this key."""
        text = "\0".join((*slot_text(slot), _shape(slot[1])))
        return self._seal.name(text.encode(errors="surrogatepass"))

    def closed(self, name: str, envelope: Envelope[Any]) -> bytes | None:
        """The bytes to be kept under this name. None: this answer cannot be kept there."""
        try:
            text = msgspec.json.encode(envelope)
        except UnicodeEncodeError:  # a lone surrogate, which JSON can escape and UTF-8 cannot say
            return None
        return self._seal.close(text, name) if len(text) <= LARGEST else None

    def opened(self, slot: Slot, name: str, kept: object) -> Envelope[Any] | None:
        """What `closed` was given for this slot's name; None for anything else."""
        text = self._seal.open(kept, name) if isinstance(kept, bytes) else None
        if text is None:
            return None
        try:
            return _decoder(slot[1]).decode(text)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None


@cache
def _decoder(fetch: Fetch[Any, Any, Any]) -> msgspec.json.Decoder[Envelope[Any]]:
    return msgspec.json.Decoder(Envelope[fetch.answer_type])  # type: ignore[name-defined]  # known only now


@cache
def _shape(fetch: Fetch[Any, Any, Any]) -> str:
    """What tells the records of this version of the gateway from those of another."""
    described = repr(msgspec.inspect.type_info(fetch.answer_type))
    return hashlib.blake2b(described.encode(), digest_size=8).hexdigest()
