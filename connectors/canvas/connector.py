"""Canvas as the graph reads it: one method per question, with how long its answer is remembered.

Every answer is checked against the question: Canvas ignores search parameters that it does not know.
"""

from typing import ClassVar

from connectors.cache import Kind, remembered
from connectors.canvas.search import OrganizationSearch, PatientSearch, Token
from connectors.fhir.coverage import Coverage
from connectors.fhir.links import ForeignId, IdentifierSystems
from connectors.fhir.organization import Organization
from connectors.fhir.patient import Patient, linked
from connectors.fhir.reference import fhir_id
from connectors.fhir.related_person import RelatedPerson
from connectors.fhir.rest import Fhir
from connectors.listing import Listing, Place, SearchPage


class Canvas:
    """One Canvas instance, read with one credential. `realm` names both, for the memory's keys.

    `systems` are the identifier systems under which this instance keeps the other systems' ids.
    """

    system: ClassVar[str] = "canvas"

    def __init__(self, fhir: Fhir, realm: str, systems: IdentifierSystems) -> None:
        self._fhir = fhir
        self._systems = systems
        self.realm = realm

    @remembered(Kind.PATIENTS, fresh=60, while_revalidate=600, on_error=3600, by_id=True, of=str)
    async def patient(self, resource_id: str) -> Patient | None:
        """The patient of this id, or None."""
        patient = await self._fhir.read(Patient, resource_id)
        return None if patient is None else linked(patient, self._systems)

    @remembered(Kind.PATIENTS, fresh=60, while_revalidate=600, on_error=3600)
    async def patients(self, search: PatientSearch) -> SearchPage[Patient]:
        """A page of the patients sought."""
        page = await self._fhir.search_page(
            Patient, search.params, search.matches, first=search.first, start=search.start
        )
        for found in page.found:
            linked(found.record, self._systems)
        return page

    @remembered(Kind.PATIENTS, fresh=60, while_revalidate=600, on_error=3600)
    async def patients_linked(self, foreign: ForeignId) -> Listing[Patient]:
        """The patients who carry this id of another system: one, unless identifiers are not kept well."""
        system = self._systems.of(foreign.link)
        found = await self._fhir.search(
            Patient,
            {"identifier": Token(system=system, value=foreign.id).text},
            lambda patient: foreign.id in patient.identifier_values(system),
        )
        for patient in found.items:
            linked(patient, self._systems)
        return found

    @remembered(Kind.PATIENTS, fresh=60, while_revalidate=600, on_error=3600)
    async def related_person(self, resource_id: str) -> RelatedPerson | None:
        """The related person of this id, or None."""
        return await self._fhir.read(RelatedPerson, resource_id)

    @remembered(Kind.COVERAGES, fresh=60, while_revalidate=600, on_error=3600, by_id=True)
    async def coverage(self, resource_id: str) -> Coverage | None:
        """The coverage of this id, or None."""
        return await self._fhir.read(Coverage, resource_id)

    @remembered(Kind.COVERAGES, fresh=60, while_revalidate=600, on_error=3600, of=str)
    async def coverages_of(self, patient_id: str) -> Listing[Coverage]:
        """Every coverage whose beneficiary this patient is; none for a patient unknown here."""
        return await self._fhir.search(
            Coverage,
            {"patient": f"Patient/{fhir_id(patient_id)}"},
            lambda coverage: coverage.patient_id == patient_id,
        )

    @remembered(Kind.COVERAGES, fresh=60, while_revalidate=600, on_error=3600)
    async def coverages_under(self, subscriber_id: str) -> Listing[Coverage]:
        """Every coverage under this subscriber number, whoever its beneficiary is."""
        return await self._fhir.search(
            Coverage,
            {"subscriberid": subscriber_id},
            lambda coverage: coverage.subscriber_id == subscriber_id,
        )

    @remembered(Kind.PAYORS, fresh=3600, while_revalidate=86400, on_error=86400, by_id=True)
    async def organization(self, resource_id: str) -> Organization | None:
        """The organization of this id, or None."""
        return await self._fhir.read(Organization, resource_id)

    @remembered(Kind.PAYORS, fresh=3600, while_revalidate=86400, on_error=86400)
    async def organizations(self, search: OrganizationSearch) -> SearchPage[Organization]:
        """A page of the organizations sought."""
        return await self._fhir.search_page(
            Organization, {"name": search.name}, search.matches, first=search.first, start=search.start
        )

    async def reachable(self) -> None:
        """Return when Canvas answers a question that needs our credentials; raise UpstreamError when not."""
        await self._fhir.search_page(Organization, {}, lambda _: True, first=1, start=Place())
