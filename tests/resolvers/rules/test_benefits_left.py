"""What is left of benefits: benefits_left.md has the cases; here is what holds of all of them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.eligibility.benefits import BenefitsAsSent, NetworkBenefits, network_benefits
from connectors.record import Source
from resolvers.rules.benefits_left import (
    Benefit,
    BenefitDoubtReason,
    BenefitsLeft,
    Left,
    benefits_left,
    same_benefit_year,
)
from tests.resolvers.rules.tables import tables
from tests.resolvers.rules.test_in_force import check

PAYER = Source(system="eligibility", fetched_at=datetime(2025, 9, 20, tzinfo=UTC))
TO_PAY, VISITS, YEARS = tables("benefits_left.md")
LEVELS = ("own", "individual"), ("family", "family")


def benefits_of(sent: dict[str, Any]) -> NetworkBenefits:
    """Benefits that the wire tells so."""
    told = network_benefits(msgspec.convert(sent, BenefitsAsSent))
    assert told is not None
    return told


def left(**sent: object) -> BenefitsLeft:
    """What is left of them."""
    return benefits_left(benefits_of(sent), PAYER)


def amounts(row: dict[str, str], kind: str) -> dict[str, str | None]:
    """The wire's names for a row's amounts of a kind."""
    return {
        f"{level}_{kind}_{end}": row[f"{column} {name}"] or None
        for column, level in LEVELS
        for end, name in (("year", "total"), ("remaining", "remaining"))
    }


def told(found: Left | None) -> tuple[str, str]:
    """An amount and whose it is, as a row has them."""
    return (str(found.remaining), found.level.value) if found else ("", "")


@pytest.mark.parametrize("row", TO_PAY.rows)
@pytest.mark.parametrize("kind", ["deductible", "out_of_pocket"])
def test_left_to_pay(row: dict[str, str], kind: str) -> None:
    """Each row of benefits_left.md, as a deductible and as an out-of-pocket maximum."""
    found = left(**amounts(row, kind))
    doubts = [f"{doubt.benefit.value} {doubt.reason.value}" for doubt in found.doubts]

    assert told(getattr(found, kind)) == (row["left"], row["by"])
    assert ", ".join(doubts).replace(f"_{kind.upper()}", "") == row["doubts"]


@pytest.mark.parametrize("row", VISITS.rows)
def test_visits(row: dict[str, str]) -> None:
    """Each row of benefits_left.md about visits."""
    numbers = {"no_of_total_visits": row["total"] or None, "no_of_visits_remaining": row["remaining"] or None}
    found = left(limitation=numbers)

    assert ("" if found.visits is None else str(found.visits)) == row["left"]
    assert ", ".join(doubt.reason.value for doubt in found.doubts) == row["doubts"]
    assert {doubt.benefit for doubt in found.doubts} <= {Benefit.VISITS}


def test_nothing_told() -> None:
    """Benefits without numbers leave nothing, and no doubt; the check they came with is the source."""
    nothing = BenefitsLeft(deductible=None, out_of_pocket=None, visits=None, doubts=(), sources=(PAYER,))

    assert left() == nothing
    assert left(limitation={}) == nothing


def test_every_doubt_is_in_the_tables() -> None:
    """A person who reads the tables has seen every code."""
    doubts = " ".join(row["doubts"] for table in (TO_PAY, VISITS) for row in table.rows)

    assert {reason.value for reason in BenefitDoubtReason} <= set(doubts.split())


@pytest.mark.parametrize("row", YEARS.rows)
def test_what_was_told_in_one_benefit_year_says_nothing_of_another(row: dict[str, str]) -> None:
    """Each row of benefits_left.md about the day."""
    made = None if row["checked"] == "undated" else datetime.fromisoformat(row["checked"]).replace(tzinfo=UTC)
    asked = check(made, "active", row["plan starts"], row["plan ends"])

    assert same_benefit_year(asked, date.fromisoformat(row["day"]), UTC) == (row["counts"] == "yes")


NUMBERS = st.none() | st.decimals(-100, 5000, places=2)
BENEFITS = st.fixed_dictionaries(
    {
        f"{level}_{kind}_{end}": NUMBERS
        for level in ("individual", "family")
        for kind in ("deductible", "out_of_pocket")
        for end in ("year", "remaining")
    }
)


@given(BENEFITS)
def test_used_and_remaining_make_the_total(numbers: dict[str, Decimal | None]) -> None:
    """Where nothing is doubted, used + remaining = total and none is below zero; else a doubt is told."""
    benefits = benefits_of(numbers)
    doubted = {doubt.benefit for doubt in benefits_left(benefits, PAYER).doubts}

    for benefit in set(Benefit) - {Benefit.VISITS}:
        amount = getattr(benefits, benefit.value.lower())
        if amount is None:
            assert benefit not in doubted
        elif amount.used is None or min(amount.used, amount.remaining, amount.total) < 0:
            assert benefit in doubted
        else:
            assert benefit not in doubted
            assert amount.used + amount.remaining == amount.total


@given(BENEFITS)
def test_what_is_left_is_never_more_than_either_level(numbers: dict[str, Decimal | None]) -> None:
    """What is left to pay is one of the payer's own amounts, not below zero, and no level has less."""
    benefits = benefits_of(numbers)
    found = benefits_left(benefits, PAYER)

    for kind, left_to_pay in (("deductible", found.deductible), ("out_of_pocket", found.out_of_pocket)):
        if left_to_pay is not None:
            levels = [numbers[f"{level}_{kind}_remaining"] for level in ("individual", "family")]
            assert 0 <= left_to_pay.remaining == min(level for level in levels if level is not None)
