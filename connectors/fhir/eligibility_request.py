"""FHIR R4 CoverageEligibilityRequest: the question put to an insurer."""

import msgspec

from connectors.fhir.reference import Reference
from connectors.fhir.resource import Element, Resource


class Insurance(Element, frozen=True, kw_only=True):
    """The coverage asked about. `focal`: the one that is to be evaluated."""

    focal: bool | None = None
    coverage: Reference | None = None


class CoverageEligibilityRequest(Resource, frozen=True, kw_only=True):
    """A request. Canvas's own example names no resourceType and no insurer; both are to be sent."""

    status: str | None = None
    purpose: tuple[str, ...] = ()
    patient: Reference | None = None
    created_text: str | None = msgspec.field(default=None, name="created")
    insurance: tuple[Insurance, ...] = ()

    @property
    def patient_id(self) -> str | None:
        """The id of the patient whose eligibility is asked."""
        return self.patient.target("Patient") if self.patient else None

    @property
    def coverage_id(self) -> str | None:
        """The id of the focal coverage, else of the first."""
        asked = min(self.insurance, key=lambda one: not one.focal, default=None)
        return asked.coverage.target("Coverage") if asked and asked.coverage else None
