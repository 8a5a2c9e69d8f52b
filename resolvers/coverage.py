"""Coverages: by id, of a patient, under a subscriber number; and who pays for one."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from connectors.canvas.connector import Canvas
from connectors.errors import InvalidKey
from connectors.fhir.coverage import Coverage, CoverageStatusCode
from connectors.fhir.organization import Organization
from connectors.listing import Listing
from resolvers.arguments import After, Arguments, First, Id, term
from resolvers.join import join
from resolvers.paging import Connection, page_of_list
from resolvers.read import own_id, read


class CoveragesWanted(Arguments, frozen=True, kw_only=True):
    """Which of the coverages: in one of these states, of this type (code or category), covering this day."""

    status: tuple[CoverageStatusCode, ...] | None = None
    type: Annotated[str | None, Meta(description="A type code as the EHR tells it, or a category.")] = None
    period_covers: Annotated[date | None, Meta(description="Whose period holds this day.")] = None


class CoverageFilter(Arguments, frozen=True, kw_only=True):
    """Whose coverages: a patient's, or those under a subscriber number."""

    one_of: ClassVar[bool] = True

    patient_id: Id | None = None
    subscriber_id: str | None = None


class CoveragesSought(CoveragesWanted, frozen=True, kw_only=True):
    """A page of the coverages wanted."""

    filter: CoverageFilter
    first: First = 20
    after: After = None


class OfPatient(Arguments, frozen=True, kw_only=True):
    """What belongs to this patient."""

    patient_id: Id


def _subscriber_id(_: None, asked: CoveragesSought) -> str | None:
    number = asked.filter.subscriber_id
    if number is not None and term(number) is None:
        raise InvalidKey("subscriberId must not be blank.")
    return number


def _wanted(coverages: Iterable[Coverage], asked: CoveragesWanted) -> list[Coverage]:
    return [coverage for coverage in coverages if _is_wanted(coverage, asked)]


def _is_wanted(coverage: Coverage, asked: CoveragesWanted) -> bool:
    return (
        (asked.status is None or coverage.status.code in asked.status)
        and (asked.type is None or _is_of_type(coverage, asked.type))
        and (asked.period_covers is None or coverage.covers(asked.period_covers))
    )


def _is_of_type(coverage: Coverage, wanted: str) -> bool:
    told = coverage.type
    category = told.category.value if told and told.category else None
    return told is not None and wanted.casefold() in {
        (word or "").casefold() for word in (told.code, category)
    }


def _page(
    _: None, asked: CoveragesSought, of_patient: Listing[Coverage] | None, under: Listing[Coverage] | None
) -> Connection[Coverage] | None:
    found = of_patient or under
    return None if found is None else page_of_list(_wanted(found.items, asked), asked)


def _of_patient(_: object, asked: CoveragesWanted, found: Listing[Coverage] | None) -> list[Coverage] | None:
    return None if found is None else _wanted(found.items, asked)


def _paid_by(payor: Organization, asked: OfPatient, found: Listing[Coverage] | None) -> list[Coverage] | None:
    if found is None:
        return None
    return [coverage for coverage in found.items if coverage.payor_id == payor.id]


def _payor(coverage: Coverage, _: None, found: Organization | None) -> Organization | None:
    return found or coverage.contained_payor


by_id = join(read(Canvas.coverage, lambda _, asked: asked.id), then=lambda _, asked, coverage: coverage)

sought = join(
    read(Canvas.coverages_of, lambda _, asked: asked.filter.patient_id),
    read(Canvas.coverages_under, _subscriber_id),
    then=_page,
)

of_patient = join(read(Canvas.coverages_of, own_id), then=_of_patient)

paid_by = join(read(Canvas.coverages_of, lambda _, asked: asked.patient_id), then=_paid_by)

payor = join(read(Canvas.organization, lambda coverage, _: coverage.payor_id), then=_payor)
