"""FHIR dates of every precision, and periods made of them."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.fhir.datatypes import Period
from connectors.fhir.dates import first_day, last_day, whole_day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("1900-02", date(1900, 2, 1), date(1900, 2, 28)),
        ("2000-02", date(2000, 2, 1), date(2000, 2, 29)),
        ("2024-04", date(2024, 4, 1), date(2024, 4, 30)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
        ("2024-02-29T23:30:00Z", date(2024, 2, 29), date(2024, 2, 29)),
        ("2024-02-29T23:30:00-05:00", date(2024, 2, 29), date(2024, 2, 29)),
        ("2024-02-29T00:30:00.123456+14:00", date(2024, 2, 29), date(2024, 2, 29)),
        ("2016-12-31T23:59:60Z", date(2016, 12, 31), date(2016, 12, 31)),
        ("0001-01-01T00:00:00+00:00", date(1, 1, 1), date(1, 1, 1)),
        ("9999-12-31T23:59:59.999999+00:00", date(9999, 12, 31), date(9999, 12, 31)),
    ],
)
def test_a_date_names_a_span(text: str, first: date, last: date) -> None:
    """A year spans January to December, a month ends on its last day, a dateTime is the day it prints."""
    assert (first_day(text), last_day(text)) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "unknown",
        "0000",
        "0000-02",
        "24",
        "20240",
        "2024-00",
        "2024-13",
        "2024-1",
        "2023-02-29",
        "2024-02-30",
        "2024-00-10",
        "2024-01-00",
        "20240101",
        "2024-W01-1",
        "2024010199",
        "20240101 1",
        "2024/01/01",
        " 2024-01-01",
        "2024-01-01\n",
        "2024-01-01T25:00:00Z",
        "2024-01-01 00:00:00",
        "2024-01T00:00:00Z",
        "२०२४",
    ],
)
def test_what_is_no_date_names_no_day(text: str | None) -> None:
    """A text that FHIR does not know as a date gives no day; nothing is guessed."""
    assert (first_day(text), last_day(text), whole_day(text)) == (None, None, None)


@pytest.mark.parametrize("text", ["2014", "2014-08"])
def test_a_partial_date_is_no_day(text: str) -> None:
    """A birth date of which only the year or the month is known is not taken for the first of it."""
    assert whole_day(text) is None


@given(st.dates(), st.sampled_from([4, 7, 10]))
def test_a_span_holds_the_day_it_was_cut_from(day: date, precision: int) -> None:
    """Whatever the precision, a day lies between the first and the last day of its text."""
    text = day.isoformat()[:precision]
    first, last = first_day(text), last_day(text)
    assert first is not None
    assert last is not None
    assert first <= day <= last


@given(st.from_regex(r"[0-9]{4}[-0-9W][-0-9W]{2}[-0-9W][-0-9 ]{2}", fullmatch=True))
def test_a_day_is_printed_one_way(text: str) -> None:
    """What Python would take for a day beside it, such as the day of a week, is none."""
    day = whole_day(text)
    assert day is None or day.isoformat() == text


@given(st.text(alphabet="0123456789-T:+Z.", max_size=30))
def test_a_span_never_ends_before_it_begins(text: str) -> None:
    """Any text either names no day at all, or a first and a last one in this order."""
    first, last = first_day(text), last_day(text)
    assert (first is None) == (last is None)
    assert first is None or last is None or first <= last


@pytest.mark.parametrize(
    ("period", "day", "covered"),
    [
        ({}, date(2025, 6, 1), True),
        ({"start": "2025-06-01"}, date(2025, 6, 1), True),
        ({"start": "2025-06-01"}, date(2025, 5, 31), False),
        ({"end": "2025-06-01"}, date(2025, 6, 1), True),
        ({"end": "2025-06-01"}, date(2025, 6, 2), False),
        ({"start": "2025", "end": "2025"}, date(2025, 12, 31), True),
        ({"end": "2024-02"}, date(2024, 2, 29), True),
        ({"end": "2024-02"}, date(2024, 3, 1), False),
        ({"start": "2025-06-02", "end": "2025-06-01"}, date(2025, 6, 1), False),
        ({"start": "0001-01-01T00:00:00+00:00", "end": "9999-12-31T23:59:59.999999+00:00"}, date.max, True),
        ({"start": "soon"}, date(2025, 6, 1), False),
        ({"start": "2025-01-01", "end": "open"}, date(2025, 6, 1), False),
    ],
)
def test_a_period_covers_both_its_ends(period: dict[str, str], day: date, covered: bool) -> None:  # noqa: FBT001  # a table
    """An absent end is open, a partial one covers its whole span, and an unreadable one proves nothing."""
    assert msgspec.convert(period, Period).covers(day) is covered


def test_an_unreadable_date_is_still_told() -> None:
    """A period keeps the texts that it cannot read."""
    period = msgspec.convert({"start": "spring", "end": "2025-02-30"}, Period)
    assert (period.start, period.end) == (None, None)
    assert (period.start_text, period.end_text) == ("spring", "2025-02-30")


def test_the_days_of_a_period_are_not_the_wires_to_say() -> None:
    """They follow from the texts, whatever is sent under the names that they are kept by."""
    sent = b'{"start": "2024-02", "(start)": "1999-01-01", "(end)": "1999-12-31"}'
    period = msgspec.json.decode(sent, type=Period)
    assert (period.start, period.end) == (date(2024, 2, 1), None)
    assert msgspec.json.decode(msgspec.json.encode(period), type=Period) == period
