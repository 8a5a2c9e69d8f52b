"""What the conclusions of an insurance summary rest on."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeAlias

from connectors.clinic.catalogue import Catalogue
from connectors.clinic.records import Dependent
from connectors.eligibility.history import History
from connectors.fhir.coverage import Coverage
from connectors.fhir.organization import Organization
from connectors.fhir.patient import Patient
from connectors.listing import Listing
from resolvers.absent import Absent

Histories: TypeAlias = Mapping[str, History | Absent | None]
Payors: TypeAlias = Mapping[str, Organization | Absent | None]


class Evidence(NamedTuple):
    """What was read for a summary; Absent stands where something could not be, with the reason's code.

    `histories` go by member number and `payors` by organization id. `payer_ids` tells an organization's
    payer numbers.
    """

    patient: Patient
    coverages: Listing[Coverage]
    histories: Histories | Absent
    catalogue: Catalogue | Absent
    payors: Payors
    dependents: Listing[Dependent] | Absent
    payer_ids: Callable[[Organization], Iterable[str]]
