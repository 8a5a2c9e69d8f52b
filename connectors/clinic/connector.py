"""The clinic's insurances API as the graph reads it: one method per question, and how long it is remembered.

Every answer is checked against the question: the clinic ignores search parameters that it does not know.
Ids are the clinic's own integers, as text; InvalidKey is raised for others before anything is sent.
"""

from typing import ClassVar

from connectors.cache import Kind, remembered
from connectors.clinic.catalogue import Catalogue
from connectors.clinic.lists import Collection
from connectors.clinic.records import Dependent, InsurancePlan, Ownable, PersonInformation
from connectors.clinic.search import PageSearch
from connectors.clinic.wire import integer_id
from connectors.listing import Listing, SearchPage
from connectors.upstream import NOTHING, Upstream

CATALOGUE = "all"
"""The key of the whole catalogue of plans: there is only one."""


class Clinic:
    """One clinic, read with one credential. `realm` names both, for the memory's keys.

    `upstream` should explain its rejections by `refusal.refusal`.
    """

    system: ClassVar[str] = "clinic"

    def __init__(self, upstream: Upstream, realm: str) -> None:
        self.realm = realm
        self._person_informations = Collection(upstream, PersonInformation, "person_informations")
        self._dependents = Collection(upstream, Dependent, "dependents")
        self._plans = Collection(upstream, InsurancePlan, "plans")

    @remembered(Kind.PERSONS, fresh=60, while_revalidate=600, on_error=3600)
    async def person_information(self, resource_id: str) -> PersonInformation | None:
        """The person information of this id, or None."""
        return await self._person_informations.read(resource_id)

    @remembered(Kind.PERSONS, fresh=60, while_revalidate=600, on_error=3600, of=integer_id)
    async def person_informations_of(self, patient_id: str) -> Listing[PersonInformation]:
        """What is known of the patient of this clinic id; nothing of what another kind of owner has."""
        patient = Ownable(type="Patient", id=integer_id(patient_id))
        return await self._person_informations.all(
            {"patient_id": patient.id}, lambda information: information.ownable == patient
        )

    @remembered(Kind.PERSONS, fresh=60, while_revalidate=600, on_error=3600)
    async def person_informations(self, page: PageSearch) -> SearchPage[PersonInformation]:
        """A page of everybody's, in the clinic's order."""
        return await self._person_informations.part(page)

    @remembered(Kind.DEPENDENTS, fresh=60, while_revalidate=600, on_error=3600, of=integer_id)
    async def dependents_of(self, holder_id: str) -> Listing[Dependent]:
        """Everyone insured through the holder of this clinic id."""
        holder = integer_id(holder_id)
        return await self._dependents.all(
            {"primary_holder_id": holder}, lambda dependent: dependent.holder_id == holder
        )

    @remembered(Kind.DEPENDENTS, fresh=60, while_revalidate=600, on_error=3600)
    async def dependents(self, page: PageSearch) -> SearchPage[Dependent]:
        """A page of everybody's dependents, in the clinic's order."""
        return await self._dependents.part(page)

    @remembered(Kind.PLANS, fresh=3600, while_revalidate=86400, on_error=86400)
    async def plans(self, key: str = CATALOGUE) -> Catalogue:
        """The whole catalogue, inactive plans included. The key is always CATALOGUE."""
        found = await self._plans.all(NOTHING, lambda _: True)
        return Catalogue(items=found.items, bad_entries=found.bad_entries)

    async def reachable(self) -> None:
        """Return when the clinic shows us its plans; raise UpstreamError when it does not."""
        await self._plans.reachable()
