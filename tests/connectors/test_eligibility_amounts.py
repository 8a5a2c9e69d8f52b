"""Numbers of the eligibility service, as they are told."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.eligibility.amounts import amounts, count, money, plain
from connectors.eligibility.benefits import BenefitsAsSent, NetworkBenefits, network_benefits

NUMBERS = st.decimals(allow_nan=True, allow_infinity=True) | st.none()
CENTS = st.decimals(-(10**9), 10**9, places=2)


def told_of(body: str) -> NetworkBenefits:
    """Benefits that the wire tells so."""
    told = network_benefits(msgspec.json.decode(body, type=BenefitsAsSent))
    assert told is not None
    return told


@pytest.mark.parametrize(
    ("wire", "told"),
    [
        ("1500", "1500.00"),
        ("1500.5", "1500.50"),
        ("0", "0.00"),
        ("-0.0", "0.00"),
        ("-0.001", "0.00"),
        ("-12.5", "-12.50"),
        ("1e3", "1000.00"),
        ("0.1", "0.10"),
        ("19.999", "20.00"),
        ('"30.00"', "30.00"),
        ("123456789012345678", "123456789012345678.00"),
        ("1e19", None),
        ("1e999999", None),
        ("9" * 5000, None),
        ('"NaN"', None),
        ('"-Infinity"', None),
        ("null", None),
    ],
)
def test_money(wire: str, told: str | None) -> None:
    """Money is exact with two places; what no bill can say is None."""
    benefits = told_of(f'{{"co_pay": {wire}}}')
    assert (None if benefits.co_pay is None else str(benefits.co_pay)) == told


@pytest.mark.parametrize(
    ("wire", "told"),
    [
        ("20.0", "20"),
        ("12.50", "12.5"),
        ("0.0", "0"),
        ("100", "100"),
        ("33.333333333", "33.333333"),
        ("1e2", "100"),
        ("1e-9", "0"),
        ("-1e-9", "0"),
        ("0.000001", "0.000001"),
        ('"NaN"', None),
        ("null", None),
    ],
)
def test_percent(wire: str, told: str | None) -> None:
    """A percentage is plain: no zeros at its end, no exponent."""
    percent = told_of(f'{{"co_insurance": {wire}}}').co_insurance_percent
    assert (None if percent is None else str(percent)) == told


@pytest.mark.parametrize(
    ("wire", "told"),
    [
        ("30", 30),
        ("30.0", 30),
        ("0", 0),
        ("-2", -2),
        ("2147483647", 2147483647),
        ("2147483648", None),
        ("30.5", None),
        ("1e999999", None),
        ("null", None),
    ],
)
def test_visits(wire: str, told: int | None) -> None:
    """Visits are whole and fit GraphQL's Int, or are None; the check is never lost for them."""
    body = f'{{"limitation": {{"no_of_total_visits": {wire}}}}}'
    benefits = told_of(body)
    assert benefits.limitation is not None
    assert benefits.limitation.total_visits == told


@given(total=NUMBERS, remaining=NUMBERS)
def test_whatever_is_told_adds_up(total: Decimal | None, remaining: Decimal | None) -> None:
    """Used and remaining are the total whenever all are told; all are finite decimals of two places."""
    told = amounts(total, remaining)
    if told is None:
        assert money(total) is money(remaining) is None
        return
    for number in filter(None, (told.total, told.remaining, told.used)):
        assert type(number) is Decimal
        assert number.as_tuple().exponent == -2
    if told.total is None or told.remaining is None:
        assert told.used is None
    else:
        assert told.used is not None
        assert told.used + told.remaining == told.total


@given(total=CENTS, remaining=CENTS)
def test_cents_are_exact(total: Decimal, remaining: Decimal) -> None:
    """Amounts in dollars and cents are told to the cent, through JSON too."""
    body = f'{{"family_deductible_year": {total}, "family_deductible_remaining": {remaining}}}'
    told = told_of(body).family_deductible
    assert told is not None
    assert (told.total, told.remaining, told.used) == (total, remaining, total - remaining)


@given(number=NUMBERS)
def test_plain_numbers_have_no_exponent(number: Decimal | None) -> None:
    """A percentage or a confidence prints as digits, whatever the wire has."""
    for told in (plain(number), count(number)):
        assert told is None or set(str(told)) <= set("0123456789.-")
