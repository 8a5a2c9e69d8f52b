"""Instants of the eligibility service, as they are told."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.eligibility.instants import instant


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2025-05-19T10:30:00", "UTC", (2025, 5, 19, 10, 30)),
        ("2025-05-19T10:30:00", "America/Chicago", (2025, 5, 19, 15, 30)),
        ("2025-01-19T10:30:00", "America/Chicago", (2025, 1, 19, 16, 30)),
        ("2025-11-02T01:30:00", "America/Chicago", (2025, 11, 2, 6, 30)),
        ("2025-05-19T10:30:00Z", "America/Chicago", (2025, 5, 19, 10, 30)),
        ("2025-05-19T10:30:00-04:00", "UTC", (2025, 5, 19, 14, 30)),
        ("2025-05-19 10:30:00", "UTC", (2025, 5, 19, 10, 30)),
    ],
)
def test_instants(text: str, zone: str, utc: tuple[int, int, int, int, int]) -> None:
    """A time without a zone is of the configured one, daylight saving included; a printed zone wins."""
    assert instant(text, ZoneInfo(zone)) == datetime(*utc, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "2025-05-19",
        "10:30",
        "2025-13-01T00:00:00",
        "yesterday",
        "1747650600",
        "0001-01-01T00:00:00",
    ],
)
def test_times_that_name_no_instant(text: str | None) -> None:
    """What is no date and time is no instant."""
    assert instant(text, ZoneInfo("Asia/Tokyo")) is None


@given(text=st.text(max_size=30) | st.datetimes().map(lambda moment: moment.isoformat()))
def test_instants_are_utc_or_none(text: str) -> None:
    """Every text is an instant of UTC or none."""
    moment = instant(text, ZoneInfo("America/Chicago"))
    assert moment is None or moment.tzinfo is UTC
