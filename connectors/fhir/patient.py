"""FHIR R4 Patient."""

from collections.abc import Collection, Mapping
from datetime import date
from itertools import chain

import msgspec

from connectors.fhir import dates
from connectors.fhir.datatypes import Address, ContactPoint, HumanName, Identifier, preferred, stated
from connectors.fhir.links import UNLINKED, IdentifierSystems, Links, link
from connectors.fhir.resource import Resource

CANVAS_MRN = "http://canvasmedical.com"


class Patient(Resource, frozen=True, kw_only=True):
    """A person who is treated. `gender` is a FHIR administrative-gender code, as sent."""

    names: tuple[HumanName, ...] = msgspec.field(default=(), name="name")
    birth_date_text: str | None = msgspec.field(default=None, name="birthDate")
    gender: str | None = None
    active: bool | None = None
    telecom: tuple[ContactPoint, ...] = ()
    address: tuple[Address, ...] = ()
    identifiers: tuple[Identifier, ...] = msgspec.field(default=(), name="identifier")
    links: Links = msgspec.field(default=UNLINKED, name="(links)")  # not the wire's to say: see `linked`

    @property
    def patient_id(self) -> str:
        """The id, named as in the records that refer to a patient."""
        return self.id

    @property
    def name(self) -> HumanName | None:
        """The official name, else the usual one, else the first."""
        return preferred(self.names)

    @property
    def birth_date(self) -> date | None:
        """The day of birth; None when only a year or a month is known (`birth_date_text` tells it)."""
        return dates.whole_day(self.birth_date_text)

    @property
    def mrn(self) -> str | None:
        """The medical record number: of Canvas's own system, else the first of type MR (HL7 v2-0203)."""
        typed = (stated(one.value) for one in self.identifiers if one.is_type("MR"))
        numbers = chain(self.identifier_values(CANVAS_MRN), typed)
        return next(filter(None, numbers), None)

    def identifier_values(self, system: str) -> tuple[str, ...]:
        """The identifiers under `system`, without repeats. One of use "old" is no longer valid."""
        return tuple(self.identifiers_by_system().get(system, ()))

    def identifiers_by_system(self) -> Mapping[str | None, Collection[str]]:
        """The same of every system."""
        found: dict[str | None, dict[str, None]] = {}
        for one in self.identifiers:
            if one.value and stated(one.value) and one.use != "old":
                found.setdefault(one.system, {})[one.value] = None
        return found


def linked(patient: Patient, systems: IdentifierSystems) -> Patient:
    """The same patient, told who it is elsewhere. Only for one just decoded, which nobody else holds yet."""
    values = patient.identifiers_by_system()
    links = Links(
        clinic=link(values.get(systems.clinic, ())),
        eligibility=link(values.get(systems.eligibility, ())),
        clinik=link(values.get(systems.clinik, ())),
        dependent=link(values.get(systems.dependent, ())),
    )
    msgspec.structs.force_setattr(patient, "links", links)
    return patient
