"""The clinic's catalogue of plans, by their names."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from connectors.clinic.records import InsurancePlan
from connectors.fact import fact
from connectors.listing import Listing
from connectors.names import normalized


class Catalogue(Listing[InsurancePlan], frozen=True, kw_only=True, dict=True, gc=True):
    """Every plan, inactive ones included. Plans without a name are found by none."""

    @fact
    def by_name(self) -> Mapping[str, Sequence[InsurancePlan]]:
        """The plans of each name as the clinic writes it."""
        return _by(lambda name: name, self.items)

    @fact
    def by_normalized_name(self) -> Mapping[str, Sequence[InsurancePlan]]:
        """The plans of each normalised name."""
        return _by(normalized, self.items)


def _by(form: Callable[[str], str], plans: Iterable[InsurancePlan]) -> Mapping[str, Sequence[InsurancePlan]]:
    found: dict[str, list[InsurancePlan]] = {}
    for plan in plans:
        if plan.plan_name:
            found.setdefault(form(plan.plan_name), []).append(plan)
    return found
