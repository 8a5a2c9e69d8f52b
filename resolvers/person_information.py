"""The clinic's person informations: by id, of a patient, or all."""

from connectors.canvas.connector import Canvas
from connectors.clinic.connector import Clinic
from connectors.clinic.records import PersonInformation
from connectors.clinic.search import PageSearch
from connectors.fhir.links import ForeignId, LinkName
from connectors.fhir.patient import Patient
from connectors.listing import Listing, SearchPage
from connectors.record import LONG_AGO
from resolvers.absent import NO_RECORD, Absent
from resolvers.arguments import After, Arguments, First, Id
from resolvers.join import join
from resolvers.links import clinic_id, only
from resolvers.paging import Connection, page_of_either, size, start
from resolvers.read import read


class PersonInformationsSought(Arguments, frozen=True, kw_only=True):
    """A page of a patient's, or of all."""

    patient_id: Id | None = None
    first: First = 20
    after: After = None


def _newest(
    _: Patient, __: None, found: Listing[PersonInformation] | None
) -> PersonInformation | Absent | None:
    if found is None:
        return None
    newest = max(found.items, key=lambda person: person.updated_at or LONG_AGO, default=None)
    return newest or NO_RECORD


def _all(_: None, asked: PersonInformationsSought) -> PageSearch | None:
    return None if asked.patient_id is not None else PageSearch(first=size(asked), start=start(asked))


def _page(
    _: None,
    asked: PersonInformationsSought,
    __: Patient | None,
    of_patient: Listing[PersonInformation] | None,
    everybody: SearchPage[PersonInformation] | None,
) -> Connection[PersonInformation] | None:
    return page_of_either(of_patient, everybody, asked)


def _owner(person: PersonInformation, _: None) -> ForeignId | None:
    ownable = person.ownable
    if ownable is None or ownable.type != "Patient":
        return None
    return ForeignId(link=LinkName.CLINIC, id=ownable.id)


by_id = join(read(Clinic.person_information, lambda _, asked: asked.id), then=lambda _, asked, person: person)

of_patient = join(
    read(Clinic.person_informations_of, lambda patient, _: clinic_id(patient), inherits=True),
    then=_newest,
)

sought = join(
    read(Canvas.patient, lambda _, asked: asked.patient_id),
    read(Clinic.person_informations_of, lambda _, asked, patient: clinic_id(patient), inherits=True),
    read(Clinic.person_informations, _all),
    then=_page,
)

patient = join(read(Canvas.patients_linked, _owner), then=lambda _, asked, found: only(found))
