"""Declaring types over records."""

from datetime import datetime
from decimal import Decimal

import msgspec
import pytest
import strawberry

from schema.declare import over


class Fact(msgspec.Struct, frozen=True):
    """A record."""

    known: str
    maybe: str | None = None

    @property
    def derived(self) -> str:
        """What follows."""
        return self.known

    @property
    def maybe_derived(self) -> str | None:
        """What may follow."""
        return self.maybe


def test_a_type_that_shows_what_its_record_lacks_fails_at_import() -> None:
    """The mistake is told with the type, the fact and the record, before anything is served."""
    with pytest.raises(TypeError, match=r"Told\.unknown: Fact has no such fact"):

        @over(Fact)
        class Told:
            known: str
            derived: str
            unknown: str


@pytest.mark.parametrize("fact", ["maybe", "maybe_derived"])
def test_a_type_that_promises_what_its_record_may_not_have_fails_at_import(fact: str) -> None:
    """A null where the type promises a value would cost the whole record; it is found before."""
    told = type("Told", (), {"__annotations__": {fact: str}})

    with pytest.raises(TypeError, match=rf"Told\.{fact} promises a value, and Fact may have none"):
        over(Fact)(told)


@pytest.mark.parametrize("shown", [int, bool, datetime, Decimal | None])
def test_a_type_that_tells_another_scalar_fails_at_import(shown: object) -> None:
    """A text shown as a number, or a flag as a text, is found before."""
    told = type("Told", (), {"__annotations__": {"known": shown}})

    with pytest.raises(TypeError, match=r"Told\.known: Fact tells another kind of value"):
        over(Fact)(told)


def test_a_type_may_promise_less_and_show_ids() -> None:
    """A value may be declared nullable, and a text may be an id."""
    over(Fact)(type("Told", (), {"__annotations__": {"known": strawberry.ID, "derived": str | None}}))
