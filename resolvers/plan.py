"""The clinic's catalogue of plans, and which of them a coverage names."""

from connectors.clinic.catalogue import Catalogue
from connectors.clinic.connector import CATALOGUE, Clinic
from connectors.clinic.records import InsurancePlan
from connectors.fhir.coverage import Coverage
from connectors.listing import Listing
from resolvers.arguments import After, Arguments, First
from resolvers.join import join
from resolvers.paging import Connection, page_of_list
from resolvers.read import read
from resolvers.rules.plan_match import PlanMatch, plan_match


class InsurancePlanFilter(Arguments, frozen=True, kw_only=True):
    """Which plans: of this carrier and type (whatever their case), active or not."""

    carrier: str | None = None
    plan_type: str | None = None
    active: bool | None = None


class PlansSought(Arguments, frozen=True, kw_only=True):
    """A page of the catalogue."""

    filter: InsurancePlanFilter | None = None
    first: First = 20
    after: After = None


def _page(
    _: None, asked: PlansSought, catalogue: Listing[InsurancePlan] | None
) -> Connection[InsurancePlan] | None:
    if catalogue is None:
        return None
    wanted = asked.filter or InsurancePlanFilter()
    return page_of_list([plan for plan in catalogue.items if _is_wanted(plan, wanted)], asked)


def _is_wanted(plan: InsurancePlan, wanted: InsurancePlanFilter) -> bool:
    return (
        _is(plan.carrier, wanted.carrier)
        and _is(plan.plan_type, wanted.plan_type)
        and wanted.active in (None, plan.active)
    )


def _is(told: str | None, wanted: str | None) -> bool:
    return wanted is None or (told or "").casefold() == wanted.casefold()


def _match(coverage: Coverage, _: None, catalogue: Catalogue | None) -> PlanMatch | None:
    return None if catalogue is None else plan_match(coverage, catalogue)


def _plan(coverage: Coverage, _: None, catalogue: Catalogue | None) -> InsurancePlan | None:
    return None if catalogue is None else plan_match(coverage, catalogue).plan


_catalogue = read(Clinic.plans, lambda _, asked: CATALOGUE)

sought = join(_catalogue, then=_page)
match = join(_catalogue, then=_match)
of_coverage = join(_catalogue, then=_plan)
