"""Patients: by id, by search, and what belongs to one."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from connectors.canvas import search as canvas
from connectors.canvas.connector import Canvas
from connectors.errors import InvalidKey
from connectors.fhir.patient import Patient
from connectors.listing import SearchPage
from resolvers.arguments import After, Arguments, ById, First, term
from resolvers.join import join
from resolvers.paging import Connection, page_of_search, size, start
from resolvers.read import read


class IdentifierSearch(Arguments, frozen=True, kw_only=True):
    """An identifier as the EHR keeps it: its value, in one system or in any."""

    system: str | None = None
    value: str


class PatientSearch(Arguments, frozen=True, kw_only=True):
    """What the patients sought have in common; at least one criterion is needed."""

    name: Annotated[str | None, Meta(description="A part of any of their names, whatever its case.")] = None
    birth_date: date | None = None
    identifier: IdentifierSearch | None = None
    mrn: Annotated[str | None, Meta(description="The whole medical record number.")] = None


class PatientsSought(Arguments, frozen=True, kw_only=True):
    """A page of patients."""

    search: PatientSearch
    first: First = 20
    after: After = None


def _sought(_: None, asked: PatientsSought) -> canvas.PatientSearch:
    criteria, token = asked.search, asked.search.identifier
    name, mrn = term(criteria.name), term(criteria.mrn)
    value, system = (term(token.value), term(token.system)) if token else (None, None)
    if not (name or criteria.birth_date or value or mrn):
        raise InvalidKey("search needs a name, birthDate, identifier or mrn.")
    return canvas.PatientSearch(
        name=name,
        birth_date=criteria.birth_date,
        identifier=canvas.Token(system=system, value=value) if value else None,
        mrn=mrn,
        first=size(asked),
        start=start(asked),
    )


def _page(_: None, asked: PatientsSought, page: SearchPage[Patient] | None) -> Connection[Patient] | None:
    return None if page is None else page_of_search(page, asked)


def _itself(_: None, asked: ById, patient: Patient | None) -> Patient | None:
    return patient


by_id = join(read(Canvas.patient, lambda _, asked: asked.id), then=_itself)
sought = join(read(Canvas.patients, _sought), then=_page)
