"""What the clinic's documentation leaves open, and how the simulated clinic may be made to behave."""

from dataclasses import dataclass
from typing import Literal

Envelope = Literal["plural", "bare", "data"]


@dataclass(frozen=True, kw_only=True)
class Switches:
    """The defaults are the likeliest reading of the documentation.

    envelope: of the three lists. `plural`: under the list's own name, with a pagination object, as another
        list of the same API is printed; `bare`: an array; `data`: under `data`, without pagination.
    auth_refusal: the status that refuses a token; the documentation has both.
    page_size: rows in a page when `page_size` is not given. page_cap: most rows in a page.
    latency: seconds before any answer.
    """

    envelope: Envelope = "plural"
    auth_refusal: Literal[401, 422] = 401
    page_size: int = 25
    page_cap: int = 100
    latency: float = 0
