"""From a patient to another system's id, and back: by identifiers only, never by names or dates."""

from connectors.fhir.links import Link, LinkState
from connectors.fhir.patient import Patient
from connectors.listing import Listing
from resolvers.absent import Absent

NOT_LINKED = Absent("NOT_LINKED")
AMBIGUOUS = Absent("LINK_AMBIGUOUS")
INVALID = Absent("LINK_INVALID")
MOST_DIGITS = 18


def linked_id(link: Link) -> str | Absent:
    """The id as the clinic and the eligibility service have them, or why there is none to ask with."""
    if link.state is LinkState.AMBIGUOUS:
        return AMBIGUOUS
    if link.id is None:
        return NOT_LINKED
    return link.id if link.id.isascii() and link.id.isdigit() and len(link.id) <= MOST_DIGITS else INVALID


def clinic_id(patient: Patient | None) -> str | Absent | None:
    """The key of a read that asks the clinic about a patient."""
    return None if patient is None else linked_id(patient.links.clinic)


def only(found: Listing[Patient] | None) -> Patient | Absent | None:
    """The one patient who carries a foreign id. Several carry none: it is not guessed which."""
    if found is None or not found.items:
        return None
    return found.items[0] if len(found.items) == 1 else AMBIGUOUS
