"""Declaring types over records."""

import msgspec
import pytest

from schema.declare import over


class Fact(msgspec.Struct, frozen=True):
    """A record."""

    known: str

    @property
    def derived(self) -> str:
        """What follows."""
        return self.known


def test_a_type_that_shows_what_its_record_lacks_fails_at_import() -> None:
    """The mistake is told with the type, the fact and the record, before anything is served."""
    with pytest.raises(TypeError, match=r"Told\.unknown: Fact has no such fact"):

        @over(Fact)
        class Told:
            known: str
            derived: str
            unknown: str
