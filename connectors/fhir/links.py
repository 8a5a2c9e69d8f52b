"""Who a patient is elsewhere: the identifiers that other systems' ids are kept under."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from connectors.record import Record


class LinkState(Enum):
    """Whether the EHR says who a patient is in another system. AMBIGUOUS: it says two different things."""

    LINKED = "LINKED"
    NOT_LINKED = "NOT_LINKED"
    AMBIGUOUS = "AMBIGUOUS"


class LinkName(Enum):
    """Which other system's id a link is."""

    CLINIC = "clinic"
    ELIGIBILITY = "eligibility"
    CLINIK = "clinik"
    DEPENDENT = "dependent"


class ForeignId(Record, frozen=True, kw_only=True):
    """An id of another system, to find who carries it."""

    link: LinkName
    id: str


class Link(Record, frozen=True, kw_only=True):
    """A patient's id in another system; None unless LINKED."""

    state: LinkState
    id: str | None = None


NOT_LINKED = Link(state=LinkState.NOT_LINKED)
AMBIGUOUS = Link(state=LinkState.AMBIGUOUS)


class Links(Record, frozen=True, kw_only=True):
    """A patient's ids in the other systems, and as somebody's dependent at the clinic."""

    clinic: Link = NOT_LINKED
    eligibility: Link = NOT_LINKED
    clinik: Link = NOT_LINKED
    dependent: Link = NOT_LINKED


UNLINKED = Links()


@dataclass(frozen=True, slots=True)
class IdentifierSystems:
    """The `Patient.identifier.system` under which the EHR keeps each other system's id."""

    clinic: str = "urn:clinic:patient"
    eligibility: str = "urn:eligibility:patient"
    clinik: str = "urn:clinikapi:patient"
    dependent: str = "urn:clinic:dependent"

    def of(self, name: LinkName) -> str:
        """The identifier system of a link."""
        system: str = getattr(self, name.value)
        return system


def link(values: Collection[str]) -> Link:
    """The link that the identifiers of one system make; two different ones make none. It is not guessed."""
    if not values:
        return NOT_LINKED
    return Link(state=LinkState.LINKED, id=next(iter(values))) if len(values) == 1 else AMBIGUOUS
