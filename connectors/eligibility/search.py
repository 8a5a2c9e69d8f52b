"""What the service is asked, and the check of what came: it may ignore a filter as any upstream may."""

import re

from connectors.eligibility.check import EligibilityCheck
from connectors.eligibility.codes import EligibilityChannel
from connectors.errors import InvalidKey
from connectors.record import Record

_PATIENT_ID = re.compile(r"[0-9]{1,18}")
_LONGEST_MEMBER_ID = 64


class HistorySearch(Record, frozen=True, kw_only=True):
    """The checks of one patient, by the service's own id, under one member number.

    `member_id` is sent as it is stored. Without `channel` they are of all channels.
    """

    patient_id: str
    member_id: str
    channel: EligibilityChannel | None = None

    @property
    def params(self) -> dict[str, str]:
        """The search's parameters (seed 004). There is none for paging.

        Raises:
            InvalidKey: a value that can name nothing.
        """
        if not _PATIENT_ID.fullmatch(self.patient_id):
            raise InvalidKey("The eligibility service's patient id must be 1 to 18 digits.")
        if not is_member_id(self.member_id):
            raise InvalidKey("A member number must be 1 to 64 printable characters, and not blanks alone.")
        if self.channel is EligibilityChannel.UNRECOGNIZED:
            raise InvalidKey("An unrecognized channel cannot be searched for.")
        asked = {"patient_id": self.patient_id, "insurance_number": self.member_id}
        return {**asked, "channel_id": self.channel.value} if self.channel else asked

    def matches(self, check: EligibilityCheck) -> bool:
        """Whether a check that came is one that was sought."""
        return (
            check.patient_number == int(self.patient_id)
            and _same_number(check.member_id or "", self.member_id)
            and (self.channel is None or self.channel is check.channel)
        )


def comparable(member_id: str) -> str:
    """A member number without case, blanks and dashes, which people type as they like."""
    return "".join(member_id.upper().replace("-", " ").split())


def _same_number(one: str, other: str) -> bool:
    return one == other or comparable(one) == comparable(other)


def is_member_id(text: str) -> bool:
    """Whether the service can be asked for this number at all."""
    return len(text) <= _LONGEST_MEMBER_ID and text.isprintable() and text.replace("-", " ").strip() != ""
