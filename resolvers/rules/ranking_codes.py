"""The codes of `ranking`: places, the steps that decide them, and what a person should look at."""

from enum import Enum


class Rank(Enum):
    """The place of a coverage among those that are billed. OTHER: after the third."""

    PRIMARY = "PRIMARY"
    SECONDARY = "SECONDARY"
    TERTIARY = "TERTIARY"
    OTHER = "OTHER"


class RankReason(Enum):
    """A step that decided a coverage's place, before or behind others.

    BY_ORDER: the order in the EHR. The others break ties. IN_FORCE_FIRST: before one of which nobody can say.
    SELF_BEFORE_DEPENDENT: the patient's own policy first. BIRTHDAY_RULE: of two parents' plans, that of whose
    birthday comes first in the year. EARLIER_START: what has covered longer. BY_ID: nothing else differed.
    """

    ONLY_ONE = "ONLY_ONE"
    BY_ORDER = "BY_ORDER"
    IN_FORCE_FIRST = "IN_FORCE_FIRST"
    SELF_BEFORE_DEPENDENT = "SELF_BEFORE_DEPENDENT"
    BIRTHDAY_RULE = "BIRTHDAY_RULE"
    EARLIER_START = "EARLIER_START"
    BY_ID = "BY_ID"


class RankingWarningCode(Enum):
    """What a person should look at.

    ORDER_GAP: no ranked coverage has the number before (1, then 3; or 2 is the first). SAME_ORDER: several
    have one number. NO_ORDER: others are ranked, and this has none. UNKNOWN_FIRST: nobody can say whether it
    is in force, and it comes before one that is. BIRTH_DATE_UNKNOWN: the birthday rule would have decided.
    RENEWED: not ranked, for its renewal is.
    """

    ORDER_GAP = "ORDER_GAP"
    SAME_ORDER = "SAME_ORDER"
    NO_ORDER = "NO_ORDER"
    UNKNOWN_FIRST = "UNKNOWN_FIRST"
    BIRTH_DATE_UNKNOWN = "BIRTH_DATE_UNKNOWN"
    RENEWED = "RENEWED"
