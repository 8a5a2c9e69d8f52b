"""The clinic's dependents: of a holder, or all; and the patients behind a dependent and its holder."""

from connectors.canvas.connector import Canvas
from connectors.clinic.connector import Clinic
from connectors.clinic.records import Dependent
from connectors.clinic.search import PageSearch
from connectors.fhir.links import ForeignId, LinkName
from connectors.fhir.patient import Patient
from connectors.listing import Listing, SearchPage
from resolvers.arguments import After, Arguments, First, Id
from resolvers.join import join
from resolvers.links import clinic_id, only
from resolvers.paging import Connection, page_of_either, size, start
from resolvers.read import read


class DependentsSought(Arguments, frozen=True, kw_only=True):
    """A page of a holder's, or of all."""

    patient_id: Id | None = None
    first: First = 20
    after: After = None


def _all(_: None, asked: DependentsSought) -> PageSearch | None:
    return None if asked.patient_id is not None else PageSearch(first=size(asked), start=start(asked))


def _page(
    _: None,
    asked: DependentsSought,
    __: Patient | None,
    of_holder: Listing[Dependent] | None,
    everybody: SearchPage[Dependent] | None,
) -> Connection[Dependent] | None:
    return page_of_either(of_holder, everybody, asked)


def _of_holder(_: Patient, __: None, found: Listing[Dependent] | None) -> tuple[Dependent, ...] | None:
    return None if found is None else found.items


def _holder(dependent: Dependent, _: None) -> ForeignId | None:
    holder_id = dependent.holder_id
    return ForeignId(link=LinkName.CLINIC, id=holder_id) if holder_id else None


of_patient = join(
    read(Clinic.dependents_of, lambda patient, _: clinic_id(patient), inherits=True), then=_of_holder
)

sought = join(
    read(Canvas.patient, lambda _, asked: asked.patient_id),
    read(Clinic.dependents_of, lambda _, asked, holder: clinic_id(holder), inherits=True),
    read(Clinic.dependents, _all),
    then=_page,
)

holder = join(read(Canvas.patients_linked, _holder), then=lambda _, asked, found: only(found))

patient = join(
    read(
        Canvas.patients_linked,
        lambda dependent, _: ForeignId(link=LinkName.DEPENDENT, id=dependent.id),
    ),
    then=lambda _, asked, found: only(found),
)
