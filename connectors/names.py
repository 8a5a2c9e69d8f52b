"""Names as people type them, made comparable."""

import re
import unicodedata
from functools import lru_cache


def folded(text: str) -> str:
    """Without case and accents, so that `muller` finds Müller as an upstream's own search may."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


LONGEST_REMEMBERED = 200


def normalized(name: str) -> str:
    """A plan's, payer's or carrier's name without case, accents, punctuation and "plan"; "&" is "and"."""
    return _remembered(name) if len(name) <= LONGEST_REMEMBERED else _normalized(name)


def _normalized(name: str) -> str:
    words = re.findall(r"[^\W_]+", folded(name.replace("&", " and ")))
    return "".join(word for word in words if word != "plan")


_remembered = lru_cache(maxsize=10_000)(_normalized)
"""Names of plans and payers are few and are compared for every coverage. Longer texts are none: they are not
kept, lest ten thousand of a megabyte be.
"""
