"""Numbers of a benefit as they are told: exact decimals, never floats, None where the wire has none."""

from decimal import Decimal

from connectors.fhir.datatypes import exact
from connectors.record import Record

_CENT = Decimal("0.01")
_MILLIONTH = Decimal("0.000001")
_MOST_VISITS = 2**31 - 1


def money(number: Decimal | None) -> Decimal | None:
    """An amount of dollars with two places."""
    return exact(number, _CENT)


def plain(number: Decimal | None) -> Decimal | None:
    """A number without zeros at its end or an exponent, of at most six places: 20 for 20.0."""
    rounded = exact(number, _MILLIONTH)
    if rounded is None:
        return None
    whole = rounded.to_integral_value()
    return whole if whole == rounded else rounded.normalize()


def count(number: Decimal | None) -> int | None:
    """A whole number of visits; None for a part of one, or for more than GraphQL's Int holds."""
    bounded = exact(number)
    if bounded is None or abs(bounded) > _MOST_VISITS or bounded != bounded.to_integral_value():
        return None
    return int(bounded)


class Amounts(Record, frozen=True, kw_only=True):
    """A yearly amount and what is left of it, in dollars with two places; one of both may be unknown.

    `used` is what is no longer left, negative when more is left than there was; None unless both are known.
    """

    total: Decimal | None = None
    remaining: Decimal | None = None
    used: Decimal | None = None


def amounts(total: Decimal | None, remaining: Decimal | None) -> Amounts | None:
    """Both as money; None when neither is known."""
    whole, left = money(total), money(remaining)
    if whole is None and left is None:
        return None
    used = None if whole is None or left is None else whole - left
    return Amounts(total=whole, remaining=left, used=used)
