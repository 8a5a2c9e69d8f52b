"""Whether a coverage is in force: in_force.md has the cases; here is what holds of all of them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.clinic.records import InsurancePlan
from connectors.eligibility.check import EligibilityCheck
from connectors.fhir.coverage import Coverage
from connectors.record import Source, stamp
from resolvers.rules.in_force import InForce, in_force, newest_answer
from resolvers.rules.in_force_codes import InForceReason, InForceValue
from tests.resolvers.rules.tables import tables

DAY = date(2025, 9, 20)
YES, NO, UNKNOWN = InForceValue
EHR, PAYER, CLINIC = (
    Source(system=system, fetched_at=datetime(2025, 9, 20, tzinfo=UTC))
    for system in ("canvas", "eligibility", "clinic")
)


def coverage(status: str | None = "active", starts: str = "", ends: str = "") -> Coverage:
    """A record of the EHR; without start and end it has no period."""
    period = {name: text for name, text in (("start", starts), ("end", ends)) if text}
    wire = {"id": "c", "status": status, **({"period": period} if period else {})}
    return stamp(msgspec.convert(wire, Coverage), EHR)


def plan(*, active: bool | None) -> InsurancePlan:
    """A plan of the catalogue."""
    return stamp(msgspec.convert({"id": 1, "active": active}, InsurancePlan), CLINIC)


def check(
    checked: datetime | None,
    says: str = "active",
    starts: str = "",
    ends: str = "",
    *,
    asked_about: str = "",
    id_: str = "e",
) -> EligibilityCheck:
    """A check, as it comes after its instant was read."""
    told = {"plan_start_date": starts or None, "plan_end_date": ends or None, "active": _ACTIVE.get(says)}
    response = {"plan_details": None if says == "no plan" else told}
    wire = {
        "eligibility_enquiry_id": id_,
        "status": says.upper() if says in {"failed", "pending"} else "ACTIVE",
        "date_of_service": asked_about or None,
        "response": response,
    }
    read = stamp(msgspec.convert(wire, EligibilityCheck), PAYER)
    msgspec.structs.force_setattr(read, "timestamp", checked)
    return read


_ACTIVE = {"active": True, "failed": True, "pending": True, "inactive": False}
_CATALOGUE = {"active": True, "inactive": False, "not told": None}


def _check_of(row: dict[str, str]) -> EligibilityCheck | None:
    made = row.get("checked", "")
    if not made:
        return None
    instant = None if made == "undated" else datetime.fromisoformat(made).replace(tzinfo=UTC)
    period = row.get("plan starts", ""), row.get("plan ends", "")
    return check(instant, row["payer says"], *period, asked_about=row.get("asked about", ""))


def _concluded(row: dict[str, str]) -> InForce:
    status = row.get("status") or "active"
    catalogue = row.get("catalogue")
    return in_force(
        coverage(None if status == "none" else status, row["starts"], row["ends"]),
        date.fromisoformat(row["day"]),
        plan=plan(active=_CATALOGUE[catalogue]) if catalogue else None,
        check=_check_of(row),
    )


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, id=f"{table.title} ({number})")
        for table in tables("in_force.md")
        for number, row in enumerate(table.rows, start=1)
    ],
)
def test_cases(row: dict[str, str]) -> None:
    """Each row of in_force.md: the value, and every reason, the most trusted first."""
    told = _concluded(row)

    assert (told.value.value.lower(), ", ".join(reason.value for reason in told.reasons)) == (
        row["in force"],
        row["because"],
    )


def test_every_reason_is_in_the_table() -> None:
    """A person who reads the table has seen every code."""
    told = {
        reason
        for table in tables("in_force.md")
        for row in table.rows
        for reason in row["because"].split(", ")
    }

    assert told == {reason.value for reason in InForceReason}


def test_the_day_of_a_check_is_the_clinics() -> None:
    """Half past one on 21 August in UTC is still the 20th in Chicago, from where the month is counted."""
    late = check(datetime(2025, 8, 21, 1, 30, tzinfo=UTC))
    day = date(2025, 9, 21)

    assert in_force(coverage(), day, check=late).reasons[0] is InForceReason.PAYER_CONFIRMS
    in_chicago = in_force(coverage(), day, check=late, zone=ZoneInfo("America/Chicago"))
    assert in_chicago.reasons[0] is InForceReason.CHECK_TOO_OLD


@pytest.mark.parametrize("checked", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
@pytest.mark.parametrize("zone", ["America/Chicago", "Asia/Tokyo"])
def test_any_instant_is_some_day(checked: datetime, zone: str) -> None:
    """The first and the last instant that there are do not fall out of the calendar."""
    assert in_force(coverage(), DAY, check=check(checked), zone=ZoneInfo(zone)).value is YES


def test_what_was_looked_at_is_told() -> None:
    """The conclusion names each record it rests on once; a removed record needs no other."""
    everything = in_force(coverage(), DAY, plan=plan(active=True), check=check(None))
    alone = in_force(coverage("cancelled"), DAY, plan=plan(active=True), check=check(None))

    assert everything.sources == (EHR, PAYER, CLINIC)
    assert alone.sources == (EHR,)


def test_a_failed_check_does_not_hide_an_answer() -> None:
    """The newest answer counts, not the newest attempt; without any answer the newest attempt is told."""
    month = [datetime(2025, 9, day, tzinfo=UTC) for day in (1, 2, 3, 4)]
    first, second = check(month[0], id_="first"), check(month[1], "inactive", id_="second")
    failed, later = check(month[2], "failed", id_="failed"), check(month[3], "pending", id_="later")

    assert newest_answer([failed, first, later, second]) is second
    assert newest_answer([failed, later]) is later
    assert newest_answer([check(None, id_="undated"), first]) is first
    assert newest_answer([]) is None


DATES = st.dates(date(2024, 10, 1), date(2026, 10, 1)).map(date.isoformat)
TEXTS = (
    st.just("") | DATES | DATES.map(lambda text: text[:7]) | st.sampled_from(["2025", "soon", "2025-13-01"])
)
STATUSES = st.sampled_from(["active", "cancelled", "draft", "entered-in-error", "suspended", None])
COVERAGES = st.builds(coverage, STATUSES, TEXTS, TEXTS)
INSTANTS = st.datetimes(datetime(2025, 6, 1), datetime(2025, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone
SAID = st.sampled_from(["active", "inactive", "", "failed", "pending", "no plan"])
CHECKS = st.builds(check, st.none() | INSTANTS, SAID, TEXTS, TEXTS, asked_about=st.just("") | DATES)
PLANS = st.none() | st.builds(lambda active: plan(active=active), st.sampled_from([True, False, None]))
DAYS = st.dates(date(2024, 10, 1), date(2026, 10, 1))


@given(COVERAGES, DAYS, PLANS, st.none() | CHECKS)
def test_reasons_are_never_empty(
    record: Coverage, on: date, catalogue: InsurancePlan | None, asked: EligibilityCheck | None
) -> None:
    """Whatever is known, the conclusion has reasons and sources, each once."""
    told = in_force(record, on, plan=catalogue, check=asked)

    assert 0 < len(told.reasons) == len(set(told.reasons))
    assert 0 < len(told.sources) == len(set(told.sources))


@given(
    st.builds(coverage, st.sampled_from(["entered-in-error", "cancelled", "draft"]), TEXTS, TEXTS),
    DAYS,
    PLANS,
    CHECKS,
)
def test_a_removed_record_is_never_in_force(
    record: Coverage, on: date, catalogue: InsurancePlan | None, asked: EligibilityCheck
) -> None:
    """Entered in error, cancelled, draft: NO, whatever payer and catalogue say."""
    assert in_force(record, on, plan=catalogue, check=asked).value is NO


@given(COVERAGES, DAYS, st.none() | CHECKS)
def test_the_catalogue_never_decides(record: Coverage, on: date, asked: EligibilityCheck | None) -> None:
    """An inactive plan makes UNKNOWN of a YES at most; an active one changes nothing."""
    without = in_force(record, on, check=asked).value
    inactive = in_force(record, on, plan=plan(active=False), check=asked).value

    assert in_force(record, on, plan=plan(active=True), check=asked).value is without
    assert inactive is without or (without, inactive) == (YES, UNKNOWN)


@given(COVERAGES, DAYS, PLANS, INSTANTS, st.sampled_from(["", "failed", "pending", "no plan"]))
def test_a_check_without_an_answer_changes_nothing(
    record: Coverage, on: date, catalogue: InsurancePlan | None, made: datetime, said: str
) -> None:
    """A check that failed, is pending, or tells neither period nor activity concludes as no check does."""
    asked = check(made, said)

    assert (
        in_force(record, on, plan=catalogue, check=asked).value is in_force(record, on, plan=catalogue).value
    )


@given(COVERAGES, PLANS, CHECKS, st.integers(32, 3000))
def test_an_old_answer_never_confirms(
    record: Coverage, catalogue: InsurancePlan | None, asked: EligibilityCheck, days: int
) -> None:
    """More than 31 days after the check its word makes UNKNOWN of a YES at most."""
    on = (asked.timestamp or datetime(2025, 9, 1, tzinfo=UTC)).date() + timedelta(days)
    without = in_force(record, on, plan=catalogue).value
    told = in_force(record, on, plan=catalogue, check=asked)

    assert told.value is without or (without, told.value) == (YES, UNKNOWN)
    assert InForceReason.PAYER_CONFIRMS not in told.reasons


@given(COVERAGES, DAYS, PLANS, st.none() | CHECKS)
def test_a_yes_without_the_payers_word_says_so(
    record: Coverage, on: date, catalogue: InsurancePlan | None, asked: EligibilityCheck | None
) -> None:
    """YES has either the payer's confirmation among its reasons, or why there is none."""
    told = in_force(record, on, plan=catalogue, check=asked)
    unconfirmed = {
        InForceReason.NO_CHECK,
        InForceReason.CHECK_UNANSWERED,
        InForceReason.CHECK_TOO_OLD,
        InForceReason.CHECKED_LATER,
        InForceReason.CHECK_UNDATED,
        InForceReason.PAYER_UNCLEAR,
    }

    if told.value is YES:
        assert len({InForceReason.PAYER_CONFIRMS, *unconfirmed} & {*told.reasons}) == 1


@given(st.lists(CHECKS, max_size=6).flatmap(st.permutations))
def test_the_order_of_checks_changes_nothing(checks: list[EligibilityCheck]) -> None:
    """The same check is the newest answer, however the checks are sorted."""
    named = [
        msgspec.structs.replace(one, id=f"{one.status.code}{one.timestamp}{n}")
        for n, one in enumerate(checks)
    ]

    assert newest_answer(named) == newest_answer(named[::-1])
