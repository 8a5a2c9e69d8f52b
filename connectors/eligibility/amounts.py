"""Numbers of a benefit as they are told: exact decimals, never floats, None where the wire has none."""

from decimal import Decimal

from connectors.fact import fact
from connectors.fhir.datatypes import exact
from connectors.record import Record

_CENT = Decimal("0.01")
_MILLIONTH = Decimal("0.000001")
_MOST_VISITS = 2**31 - 1


def money(number: Decimal | None) -> Decimal | None:
    """An amount of dollars with two places."""
    bounded = exact(number)
    return None if bounded is None else bounded.quantize(_CENT) + 0  # + 0: there is no -0.00 on a bill


def plain(number: Decimal | None) -> Decimal | None:
    """A number without zeros at its end or an exponent, of at most six places: 20 for 20.0."""
    bounded = exact(number)
    if bounded is None:
        return None
    rounded = bounded.quantize(_MILLIONTH) + 0
    whole = rounded.to_integral_value()
    return whole if whole == rounded else rounded.normalize()


def count(number: Decimal | None) -> int | None:
    """A whole number of visits; None for a part of one, or for more than GraphQL's Int holds."""
    bounded = exact(number)
    if bounded is None or abs(bounded) > _MOST_VISITS or bounded != bounded.to_integral_value():
        return None
    return int(bounded)


class Amounts(Record, frozen=True, kw_only=True, dict=True, gc=True):
    """A yearly amount and what is left of it, in dollars with two places; one of both may be unknown."""

    total: Decimal | None = None
    remaining: Decimal | None = None

    @fact
    def used(self) -> Decimal | None:
        """What is no longer left; negative when more is left than there was. None unless both are known."""
        if self.total is None or self.remaining is None:
            return None
        return self.total - self.remaining


def amounts(total: Decimal | None, remaining: Decimal | None) -> Amounts | None:
    """Both as money; None when neither is known."""
    told = Amounts(total=money(total), remaining=money(remaining))
    return None if told.total is None and told.remaining is None else told
