"""Who may see which patient: one rule, asked of every record that a read gives, however it was reached."""

from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from connectors.clinic.records import InsurancePlan
from connectors.fhir.organization import Organization
from connectors.listing import Listing, SearchPage

V = TypeVar("V")

# Records that belong to no patient. Whatever is neither listed here nor names its patient is not shown.
OF_NO_PATIENT = (Organization, InsurancePlan)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: `subject` within `tenant`, and the ids of the patients they may see (None: every patient)."""

    subject: str
    tenant: str
    patients: frozenset[str] | None

    def may_see(self, record: object) -> bool:
        """Whether this record may be shown to them."""
        if self.patients is None or isinstance(record, OF_NO_PATIENT):
            return True
        return getattr(record, "patient_id", None) in self.patients


def visible(principal: Principal, answer: Any) -> Any:
    """What they may see of an answer: the record or None, the rest of a list.

    A record they may not see reads as one that is not there, so that nobody learns which patients exist.
    """
    if principal.patients is None or answer is None:
        return answer
    if isinstance(answer, Listing):
        seen = tuple(record for record in answer.items if principal.may_see(record))
        return msgspec.structs.replace(answer, items=seen)
    if isinstance(answer, SearchPage):
        # Neither how many there are nor whether there are more: that would tell of those they may not see.
        found = tuple(one for one in answer.found if principal.may_see(one.record))
        return msgspec.structs.replace(answer, found=found, total=None, more=False, after=None)
    return answer if principal.may_see(answer) else None
