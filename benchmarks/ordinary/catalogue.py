"""The clinic's plans: its rows are read once, then each coverage's plan is looked up by name."""

import re
from collections.abc import Iterable

from benchmarks.ordinary.codes import PlanMatchMethod
from benchmarks.ordinary.coverage import InsurancePlan, PlanMatch
from benchmarks.ordinary.values import Json


class Catalogue:
    """The clinic's plans, found by their names."""

    def __init__(self, rows: Iterable[Json]) -> None:
        self._exact: dict[str, list[InsurancePlan]] = {}
        self._normalized: dict[str, list[InsurancePlan]] = {}
        for row in rows:
            plan = InsurancePlan(
                plan_name=row["plan_name"],
                plan_type=row["plan_type"],
                carrier=row["carrier"],
                active=row["active"],
            )
            self._exact.setdefault(row["plan_name"], []).append(plan)
            self._normalized.setdefault(_normalized(row["plan_name"]), []).append(plan)

    def match(self, name: str | None, payor: str | None) -> PlanMatch:
        """The plan of this name; between several, the one whose carrier is called like the payor."""
        if not name:
            return PlanMatch(method=PlanMatchMethod.NONE)
        method, plans = PlanMatchMethod.EXACT_NAME, self._exact.get(name, [])
        if not plans:
            method, plans = PlanMatchMethod.NORMALIZED_NAME, self._normalized.get(_normalized(name), [])
        if not plans:
            return PlanMatch(method=PlanMatchMethod.NONE)
        if len(plans) > 1:
            wanted = _normalized(payor or "")
            plans = [plan for plan in plans if wanted and _normalized(plan.carrier or "") == wanted]
        if len(plans) != 1:
            return PlanMatch(method=PlanMatchMethod.AMBIGUOUS)
        return PlanMatch(method=method, plan=plans[0])


def _normalized(name: str) -> str:
    """The name without case, punctuation and "plan"; "&" is "and"."""
    words = re.findall(r"[^\W_]+", name.casefold().replace("&", " and "))
    return "".join(word for word in words if word != "plan")
