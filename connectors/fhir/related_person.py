"""FHIR R4 RelatedPerson: someone who matters to a patient, and is no patient."""

import msgspec

from connectors.fhir.datatypes import HumanName, preferred
from connectors.fhir.reference import Reference
from connectors.fhir.resource import Resource


class RelatedPerson(Resource, frozen=True, kw_only=True):
    """A person related to a patient, such as a subscriber who is not treated here."""

    names: tuple[HumanName, ...] = msgspec.field(default=(), name="name")
    patient: Reference | None = None

    @property
    def name(self) -> HumanName | None:
        """The official name, else the usual one, else the first."""
        return preferred(self.names)

    @property
    def patient_id(self) -> str | None:
        """The id of the patient whom this person is related to."""
        return self.patient.target("Patient") if self.patient else None
