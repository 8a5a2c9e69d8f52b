"""The codes of `in_force`: what it concludes, and why."""

from enum import Enum


class InForceValue(Enum):
    """Whether a coverage is in force. UNKNOWN: what is known of it does not decide; the reasons tell why."""

    YES = "YES"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


class InForceReason(Enum):
    """Why a coverage is in force, or not, or why nobody can say. The most trusted comes first.

    Of the EHR's record: ENTERED_IN_ERROR, CANCELLED, DRAFT; STATUS_UNRECOGNIZED for every other status but
    active. Of the payer's answer: PAYER_CONFIRMS (inside the plan period and active), PAYER_PERIOD_ENDED,
    PAYER_PERIOD_NOT_STARTED, PAYER_INACTIVE; PAYER_PERIOD_RAN_OUT (since the check: renewed or not),
    PAYER_OTHER_PERIOD (active, in a plan period apart from the record's), PAYER_UNCLEAR (not told whether
    active, or an unreadable period). Of a check that confirms nothing: NO_CHECK (none is known, or read),
    CHECK_UNANSWERED (failed, pending, or without a plan), CHECK_TOO_OLD (more than 31 days before the day),
    CHECKED_LATER (asked about a later day), CHECK_UNDATED. Of the EHR's period: PERIOD_COVERS, NO_PERIOD
    (taken as open), PERIOD_ENDED, PERIOD_NOT_STARTED, PERIOD_UNREADABLE; RECORD_DISAGREES before it where it
    is the contrary of what the payer decides. Of the clinic's catalogue: PLAN_INACTIVE.
    """

    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"
    CANCELLED = "CANCELLED"
    DRAFT = "DRAFT"
    STATUS_UNRECOGNIZED = "STATUS_UNRECOGNIZED"
    PAYER_CONFIRMS = "PAYER_CONFIRMS"
    NO_CHECK = "NO_CHECK"
    CHECK_UNANSWERED = "CHECK_UNANSWERED"
    CHECK_TOO_OLD = "CHECK_TOO_OLD"
    CHECKED_LATER = "CHECKED_LATER"
    CHECK_UNDATED = "CHECK_UNDATED"
    PAYER_PERIOD_ENDED = "PAYER_PERIOD_ENDED"
    PAYER_PERIOD_NOT_STARTED = "PAYER_PERIOD_NOT_STARTED"
    PAYER_PERIOD_RAN_OUT = "PAYER_PERIOD_RAN_OUT"
    PAYER_INACTIVE = "PAYER_INACTIVE"
    PAYER_OTHER_PERIOD = "PAYER_OTHER_PERIOD"
    PAYER_UNCLEAR = "PAYER_UNCLEAR"
    RECORD_DISAGREES = "RECORD_DISAGREES"
    PERIOD_COVERS = "PERIOD_COVERS"
    NO_PERIOD = "NO_PERIOD"
    PERIOD_ENDED = "PERIOD_ENDED"
    PERIOD_NOT_STARTED = "PERIOD_NOT_STARTED"
    PERIOD_UNREADABLE = "PERIOD_UNREADABLE"
    PLAN_INACTIVE = "PLAN_INACTIVE"
