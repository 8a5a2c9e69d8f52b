"""Which plan of the clinic's catalogue a coverage names.

Nothing links a person to a plan, so names are compared: exactly, else normalised. The same name at several
carriers needs the carrier, which is compared with the payor's name on the coverage. An inactive plan matches
too.
"""

from collections.abc import Sequence
from enum import Enum

from connectors.clinic.catalogue import Catalogue
from connectors.clinic.records import InsurancePlan
from connectors.fhir.coverage import Coverage
from connectors.names import normalized
from connectors.record import Record


class PlanMatchMethod(Enum):
    """How a coverage's plan was found in the catalogue. AMBIGUOUS: the name stands there several times."""

    EXACT_NAME = "EXACT_NAME"
    NORMALIZED_NAME = "NORMALIZED_NAME"
    AMBIGUOUS = "AMBIGUOUS"
    NONE = "NONE"


class PlanMatch(Record, frozen=True, kw_only=True):
    """The plan found, how, and the catalogue's plans that came into question as "carrier: plan name"."""

    method: PlanMatchMethod
    plan: InsurancePlan | None = None
    compared: tuple[str, ...] = ()


NO_MATCH = PlanMatch(method=PlanMatchMethod.NONE)


def plan_match(coverage: Coverage, catalogue: Catalogue) -> PlanMatch:
    """The plan that the coverage names."""
    name = coverage.plan_name
    if not name:
        return NO_MATCH
    exact = catalogue.by_name.get(name)
    if exact:
        return _chosen(PlanMatchMethod.EXACT_NAME, exact, coverage)
    similar = catalogue.by_normalized_name.get(normalized(name))
    return _chosen(PlanMatchMethod.NORMALIZED_NAME, similar, coverage) if similar else NO_MATCH


def _chosen(method: PlanMatchMethod, candidates: Sequence[InsurancePlan], coverage: Coverage) -> PlanMatch:
    compared = tuple([f"{plan.carrier or '?'}: {plan.plan_name}" for plan in candidates])
    if len(candidates) > 1:
        payor = normalized(coverage.payor_name or "")
        candidates = [plan for plan in candidates if payor and normalized(plan.carrier or "") == payor]
    if len(candidates) != 1:
        return PlanMatch(method=PlanMatchMethod.AMBIGUOUS, compared=compared)
    return PlanMatch(method=method, plan=candidates[0], compared=compared)
