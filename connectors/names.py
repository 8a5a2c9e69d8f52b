"""Names as people type them, made comparable."""

import re
import unicodedata
from functools import lru_cache


def folded(text: str) -> str:
    """Without case and accents, so that `muller` finds Müller as an upstream's own search may."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@lru_cache(maxsize=10_000)  # names of plans and payers are few and are compared for every coverage
def normalized(name: str) -> str:
    """A plan's, payer's or carrier's name without case, accents, punctuation and "plan"; "&" is "and"."""
    words = re.findall(r"[^\W_]+", folded(name.replace("&", " and ")))
    return "".join(word for word in words if word != "plan")
