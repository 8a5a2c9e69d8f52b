"""How much of the process's memory an answer takes."""

import msgspec

BASE = 1_500
"""Bytes beside the records: the slot, its key, the entry and its places in the indexes."""

PER_BYTE = 5
"""Bytes of decoded records for a byte of their JSON, with the facts that are worked out of them later."""

_encoder = msgspec.json.Encoder(enc_hook=lambda _: None)


def weight(answer: object) -> int | None:
    """About how many bytes it takes, rather too many than too few. None: it cannot be told.

    The length of its JSON is known in microseconds; to walk its objects takes longer than to decode them.
    """
    try:
        return BASE + PER_BYTE * len(_encoder.encode(answer))
    except UnicodeEncodeError:  # a lone surrogate, which JSON can escape and UTF-8 cannot say
        return None
