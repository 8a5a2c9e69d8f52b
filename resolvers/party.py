"""Parties of a coverage: who a reference names, and the patient behind it."""

from connectors.canvas.connector import Canvas
from connectors.fhir.party import Party, PartyKind
from connectors.fhir.patient import Patient
from connectors.fhir.related_person import RelatedPerson
from resolvers.join import join
from resolvers.read import read


def _patient_id(party: Party, _: None) -> str | None:
    return party.id if party.kind is PartyKind.PATIENT else None


def _unnamed_patient_id(party: Party, _: None) -> str | None:
    return None if party.display else _patient_id(party, _)


def _unnamed_related_person_id(party: Party, _: None) -> str | None:
    return party.id if party.kind is PartyKind.RELATED_PERSON and not party.display else None


def _display(
    party: Party, _: None, patient: Patient | None, related_person: RelatedPerson | None
) -> str | None:
    if party.display:
        return party.display
    named = patient or related_person
    return named.name.text if named and named.name else None


def _patient(_: Party, __: None, found: Patient | None) -> Patient | None:
    return found


patient = join(read(Canvas.patient, _patient_id), then=_patient)

display = join(
    read(Canvas.patient, _unnamed_patient_id),
    read(Canvas.related_person, _unnamed_related_person_id),
    then=_display,
)
