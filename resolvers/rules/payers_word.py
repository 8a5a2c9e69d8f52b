"""What a payer's answer says of a day: in force, not in force, a doubt, or nothing.

The order of trust that this belongs to is told in `in_force`.
"""

from collections.abc import Iterator
from datetime import MAXYEAR, MINYEAR, date, datetime, tzinfo
from enum import Enum

from connectors.eligibility.check import EligibilityCheck
from connectors.eligibility.codes import EligibilityStatusCode
from connectors.fhir.datatypes import Period
from connectors.record import Record
from resolvers.rules.in_force_codes import InForceReason, InForceValue

DAYS_SPOKEN_FOR = 31
"""For how many days after the day asked about an answer holds: eligibility is verified monthly."""


class Word(Record, frozen=True, kw_only=True):
    """What somebody says of a day, and why. UNKNOWN is a doubt; no value is nothing for or against."""

    value: InForceValue | None = None
    reasons: tuple[InForceReason, ...] = ()


class Where(Enum):
    """Where a day lies, as seen from a period. UNREADABLE: the period does not tell."""

    BEFORE = "BEFORE"
    WITHIN = "WITHIN"
    AFTER = "AFTER"
    UNREADABLE = "UNREADABLE"


def where(on: date, period: Period) -> Where:
    """Where the day lies. A period that ends before it starts tells nothing."""
    start, end = period.start, period.end
    if start and end and end < start:
        return Where.UNREADABLE
    if start and on < start:
        return Where.BEFORE
    if end and end < on:
        return Where.AFTER
    readable = (start or not period.start_text) and (end or not period.end_text)
    return Where.WITHIN if readable else Where.UNREADABLE


def payers_word(check: EligibilityCheck | None, on: date, record: Period, zone: tzinfo) -> Word:
    """What the answer says of the day for the coverage whose period is `record`."""
    if check is None:
        return Word(reasons=(InForceReason.NO_CHECK,))
    if not answered(check) or check.plan is None:
        return Word(reasons=(InForceReason.CHECK_UNANSWERED,))
    plan = Period(start_text=check.plan.start_text, end_text=check.plan.end_text)
    word = _answer(check.plan.active, plan, on, day_asked_about(check, zone))
    if word.value is InForceValue.YES and _apart(record, plan, on):
        return Word(reasons=(InForceReason.PAYER_OTHER_PERIOD,))
    return word


def answered(check: EligibilityCheck) -> bool:
    """Whether the payer answered with a plan."""
    return check.status.code not in _UNANSWERED and check.plan is not None


_UNANSWERED = {EligibilityStatusCode.FAILED, EligibilityStatusCode.PENDING}

_DECISIVE: dict[InForceReason | None, set[InForceReason]] = {
    None: {
        InForceReason.PAYER_PERIOD_ENDED,
        InForceReason.PAYER_PERIOD_NOT_STARTED,
        InForceReason.PAYER_INACTIVE,
    },
    InForceReason.CHECKED_LATER: {InForceReason.PAYER_PERIOD_ENDED},
}
"""What is a "no" and no mere doubt, by why the answer is not about the day; None: it is about the day."""


def _answer(active: bool | None, plan: Period, on: date, asked: date | None) -> Word:  # noqa: FBT001  # the payer's flag
    unfit = _unfit(on, asked)
    lies = where(on, plan)
    against = tuple(_against(active, lies, plan, asked))
    if _DECISIVE.get(unfit, set()).intersection(against):
        return Word(value=InForceValue.NO, reasons=against)
    if active and lies is Where.WITHIN and _confirms(unfit, plan):
        return Word(value=InForceValue.YES, reasons=(InForceReason.PAYER_CONFIRMS,))
    told = (unfit, *against) if unfit else against
    return Word(
        value=InForceValue.UNKNOWN if against else None, reasons=told or (InForceReason.PAYER_UNCLEAR,)
    )


def _against(
    active: bool | None,  # noqa: FBT001  # the payer's flag
    lies: Where,
    plan: Period,
    asked: date | None,
) -> Iterator[InForceReason]:
    if lies is Where.BEFORE:
        yield InForceReason.PAYER_PERIOD_NOT_STARTED
    if lies is Where.AFTER:
        ended = asked is not None and plan.end is not None and plan.end < asked
        yield InForceReason.PAYER_PERIOD_ENDED if ended else InForceReason.PAYER_PERIOD_RAN_OUT
    if active is False:
        yield InForceReason.PAYER_INACTIVE


def _confirms(unfit: InForceReason | None, plan: Period) -> bool:
    return unfit is None or (unfit is InForceReason.CHECKED_LATER and plan.start is not None)


def _unfit(on: date, asked: date | None) -> InForceReason | None:
    """Why an answer about the day `asked` is not about this one; None when it is."""
    if asked is None:
        return InForceReason.CHECK_UNDATED
    if on < asked:
        return InForceReason.CHECKED_LATER
    return InForceReason.CHECK_TOO_OLD if (on - asked).days > DAYS_SPOKEN_FOR else None


def day_asked_about(check: EligibilityCheck, zone: tzinfo) -> date | None:
    """The date of service, at the latest the day of the check; None when that is not known."""
    if check.timestamp is None:
        return None
    made = _day(check.timestamp, zone)
    return min(made, check.date_of_service or made)


def _day(instant: datetime, zone: tzinfo) -> date:
    inside = MINYEAR < instant.year < MAXYEAR  # no zone shifts such an instant out of the calendar
    return (instant.astimezone(zone) if inside else instant).date()


def _apart(record: Period, plan: Period, on: date) -> bool:
    """Whether the record's period is over before the plan's begins, or begins when the plan's is over."""
    lies = where(on, record)
    if lies is Where.AFTER:
        return record.end is not None and plan.start is not None and record.end < plan.start
    if lies is Where.BEFORE:
        return record.start is not None and plan.end is not None and plan.end < record.start
    return False
