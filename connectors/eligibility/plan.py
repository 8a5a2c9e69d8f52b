"""The plan that a check found: seed 004's Plan Details."""

from datetime import date

import msgspec

from connectors.fhir.dates import whole_day
from connectors.record import Record


class CheckedPlan(Record, frozen=True, kw_only=True):
    """A plan as the payer described it. `active` is the payer's word on the day of the check."""

    payer_id: str | None = None
    payer_name: str | None = None
    member_id: str | None = msgspec.field(default=None, name="insurance_number")
    plan_name: str | None = None
    plan_type: str | None = None
    group_name: str | None = None
    group_number: str | None = None
    start_text: str | None = msgspec.field(default=None, name="plan_start_date")
    end_text: str | None = msgspec.field(default=None, name="plan_end_date")
    active: bool | None = None

    @property
    def start(self) -> date | None:
        """The first day of coverage; None when not told or unreadable."""
        return whole_day(self.start_text)

    @property
    def end(self) -> date | None:
        """The last day of coverage; None when not told or unreadable."""
        return whole_day(self.end_text)
