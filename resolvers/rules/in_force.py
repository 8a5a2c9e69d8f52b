"""Whether a coverage is in force on a day, and who says so.

Four are heard, and each is trusted before those after it:

1. **What the EHR's record is.** Entered in error, cancelled or draft: not in force, whatever anybody says.
2. **The payer's newest answer**, about the date of service (at the latest, the day of the check). Inside the
   plan period and active: in force. Inactive, ended by then, or not yet started: not in force.
   - It holds for 31 more days, because eligibility is verified monthly. Of later days it confirms nothing.
   - Of earlier days it confirms those inside a plan period whose start it prints.
   - Where it cannot decide, what it says against the coverage is a doubt: "inactive" of another day; a plan
     period that began after an earlier day, or ran out since the check. Plans renew with the year, and a
     payer prints the present year only.
3. **The EHR's period.** Ended or not started: not in force. A partial date covers its whole span (an end of
   2025-06 is 30 June), an absent end is open, and so is a coverage without a period. A date that cannot be
   read, and a period that ends before it starts, prove nothing: a doubt.
4. **The clinic's catalogue.** A plan that is inactive there is sold no more, which ends nobody's coverage:
   a doubt. So is a status that nobody knows.

Without the payer's word a doubt makes UNKNOWN of a YES. It makes nothing of a NO.

One "yes" of the payer is not for the record at hand: when its plan period lies apart from the record's. If
the record has ended, the payer has most likely renewed it and nobody entered it: UNKNOWN. If the record has
not started, it is the card to come: NO.

Whether the plan pays for a service is another question (`serviceCovered`).
"""

from collections.abc import Iterable
from datetime import UTC, date, tzinfo

from connectors.clinic.records import InsurancePlan
from connectors.eligibility.check import EligibilityCheck
from connectors.fhir.coverage import Coverage, CoverageStatusCode
from connectors.fhir.datatypes import Period
from connectors.record import LONG_AGO, Record, Source
from resolvers.rules.in_force_codes import InForceReason, InForceValue
from resolvers.rules.payers_word import Where, Word, answered, payers_word, where

YES, NO, UNKNOWN = InForceValue.YES, InForceValue.NO, InForceValue.UNKNOWN


class InForce(Record, frozen=True, kw_only=True):
    """Whether a coverage is in force on a day, why, and the records that were looked at for it."""

    value: InForceValue
    reasons: tuple[InForceReason, ...]
    sources: tuple[Source, ...]


def in_force(
    coverage: Coverage,
    on: date,
    *,
    plan: InsurancePlan | None = None,
    check: EligibilityCheck | None = None,
    zone: tzinfo = UTC,
) -> InForce:
    """Whether the coverage is in force `on` that day.

    `plan` is the catalogue's plan that it names, `check` the newest answer about its member number (see
    `newest_answer`), `zone` where the days of instants are counted.
    """
    removed = _REMOVED.get(coverage.status.code)
    if removed:
        return InForce(value=NO, reasons=(removed,), sources=(coverage.source,))
    status = _status_says(coverage)
    payer = payers_word(check, on, coverage.period or _OPEN, zone)
    period = _period_says(coverage, on, payer)
    catalogue = _catalogue_says(plan)
    sources = (one.source for one in (coverage, check, plan) if one is not None)
    return InForce(
        value=_concluded(payer, period, (status, catalogue)),
        reasons=(*status.reasons, *payer.reasons, *period.reasons, *catalogue.reasons),
        sources=tuple(dict.fromkeys(sources)),
    )


def newest_answer(checks: Iterable[EligibilityCheck]) -> EligibilityCheck | None:
    """The newest check that the payer answered; the newest of all when it answered none."""
    return max(
        checks, key=lambda check: (answered(check), check.timestamp or LONG_AGO, check.id), default=None
    )


_REMOVED = {
    CoverageStatusCode.ENTERED_IN_ERROR: InForceReason.ENTERED_IN_ERROR,
    CoverageStatusCode.CANCELLED: InForceReason.CANCELLED,
    CoverageStatusCode.DRAFT: InForceReason.DRAFT,
}


def _concluded(payer: Word, period: Word, others: Iterable[Word]) -> InForceValue:
    if payer.value is not None and payer.value is not UNKNOWN:
        return payer.value
    if period.value is NO:
        return NO
    return UNKNOWN if any(word.value is UNKNOWN for word in (payer, period, *others)) else YES


def _status_says(coverage: Coverage) -> Word:
    if coverage.status.code is CoverageStatusCode.ACTIVE:
        return Word()
    return Word(value=UNKNOWN, reasons=(InForceReason.STATUS_UNRECOGNIZED,))


def _catalogue_says(plan: InsurancePlan | None) -> Word:
    if plan is None or plan.active is not False:
        return Word()
    return Word(value=UNKNOWN, reasons=(InForceReason.PLAN_INACTIVE,))


_PERIOD = {
    Where.BEFORE: (NO, InForceReason.PERIOD_NOT_STARTED),
    Where.WITHIN: (YES, InForceReason.PERIOD_COVERS),
    Where.AFTER: (NO, InForceReason.PERIOD_ENDED),
    Where.UNREADABLE: (UNKNOWN, InForceReason.PERIOD_UNREADABLE),
}
_OPEN = Period()


def _period_says(coverage: Coverage, on: date, payer: Word) -> Word:
    lies = where(on, coverage.period or _OPEN)
    value, reason = _PERIOD[lies]
    if not _told(coverage.period):
        reason = InForceReason.NO_PERIOD
    if lies is Where.AFTER and InForceReason.PAYER_OTHER_PERIOD in payer.reasons:
        value = UNKNOWN
    disagrees = {value, payer.value} == {YES, NO}
    return Word(value=value, reasons=(InForceReason.RECORD_DISAGREES, reason) if disagrees else (reason,))


def _told(period: Period | None) -> bool:
    return period is not None and bool(period.start_text or period.end_text)
