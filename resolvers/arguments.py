"""What a field is asked with: one frozen record per field, its names on the wire in camelCase."""

from typing import Annotated, ClassVar, NewType, Protocol

import msgspec

from connectors.errors import InvalidKey

LONGEST_TERM = 200

First = Annotated[int | None, msgspec.Meta(description="At most so many, 1 to 100.")]
After = Annotated[
    str | None, msgspec.Meta(description="The `endCursor` of the page before, of this same question.")
]

Id = NewType("Id", str)
"""An upstream's own id, opaque."""


class Arguments(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Arguments of a field, or of an input object among them. With `one_of`, exactly one is given."""

    one_of: ClassVar[bool] = False


class ById(Arguments, frozen=True, kw_only=True):
    """One record, by its id."""

    id: Id


class Paged(Protocol):
    """Which page of a list: at most `first` records (1 to 100, None: 20), behind the cursor `after`."""

    @property
    def first(self) -> int | None:
        """How many."""

    @property
    def after(self) -> str | None:
        """Behind which; None: from the beginning."""


def term(text: str | None) -> str | None:
    """A search term without blanks around it, None for a blank one. Raises InvalidKey for one too long."""
    if text is not None and len(text) > LONGEST_TERM:
        raise InvalidKey(f"A search term must have at most {LONGEST_TERM} characters.")
    return (text or "").strip() or None
