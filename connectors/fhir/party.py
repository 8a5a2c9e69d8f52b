"""Who takes part in a coverage: a reference, told as a person, an organization, or a mere name."""

import enum

from connectors.fhir.contained import Contained, contained
from connectors.fhir.datatypes import HumanName, stated
from connectors.fhir.organization import Organization
from connectors.fhir.patient import Patient
from connectors.fhir.reference import Reference
from connectors.fhir.related_person import RelatedPerson
from connectors.record import Record


class PartyKind(enum.Enum):
    """What kind of party it is. NAME: nothing but a display was sent."""

    PATIENT = "PATIENT"
    RELATED_PERSON = "RELATED_PERSON"
    ORGANIZATION = "ORGANIZATION"
    NAME = "NAME"


_KINDS = {
    "Patient": PartyKind.PATIENT,
    "RelatedPerson": PartyKind.RELATED_PERSON,
    "Organization": PartyKind.ORGANIZATION,
}


class Party(Record, frozen=True, kw_only=True):
    """A party. `id` is of a resource of `kind` at the same server; None when there is none to ask for."""

    kind: PartyKind
    id: str | None = None
    display: str | None = None


def party(reference: Reference | None, resources: Contained) -> Party | None:
    """The party that `reference` names; one that is among `resources` is told by its name there."""
    if reference is None:
        return None
    return _contained_party(reference, resources) or _referred_party(reference)


def _referred_party(reference: Reference) -> Party | None:
    kind = _KINDS.get(reference.type or "", PartyKind.NAME)
    display = stated(reference.display)
    if kind is PartyKind.NAME:
        return Party(kind=kind, display=display) if display else None
    return Party(kind=kind, id=reference.target(reference.type or ""), display=display)


def _contained_party(reference: Reference, resources: Contained) -> Party | None:
    if reference.local is None:
        return None
    if organization := contained(resources, reference.local, Organization):
        name = stated(organization.name)
        return Party(kind=PartyKind.ORGANIZATION, display=stated(reference.display) or name)
    if person := contained(resources, reference.local, RelatedPerson):
        return Party(kind=PartyKind.RELATED_PERSON, display=stated(reference.display) or _text(person.name))
    if patient := contained(resources, reference.local, Patient):
        return Party(kind=PartyKind.PATIENT, display=stated(reference.display) or _text(patient.name))
    return None


def _text(name: HumanName | None) -> str | None:
    return name.text if name else None
