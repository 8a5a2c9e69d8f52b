"""Which plan of the clinic's catalogue a coverage names; where two carriers sell the name, by carrier too."""

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from sandbox.plans import Plan

Method = Literal["EXACT_NAME", "NORMALIZED_NAME", "AMBIGUOUS", "NONE"]

_WORD = re.compile(r"[^\W_]+")


class Match(NamedTuple):
    """How the plan was found, and which it is."""

    method: Method
    plan: Plan | None = None


def plan_match(plan_name: str | None, payor_name: str, plans: Iterable[Plan]) -> Match:
    """The plan of that name; between several the one of the carrier that is called like the payor."""
    plans = tuple(plans)
    if plan_name is None:
        return Match("NONE")
    exact = [plan for plan in plans if plan.name == plan_name]
    if exact:
        return _only(exact, payor_name, "EXACT_NAME")
    alike = [plan for plan in plans if normalized(plan.name) == normalized(plan_name)]
    return _only(alike, payor_name, "NORMALIZED_NAME") if alike else Match("NONE")


def _only(candidates: list[Plan], payor_name: str, method: Method) -> Match:
    if len(candidates) > 1:
        candidates = [plan for plan in candidates if normalized(plan.carrier) == normalized(payor_name)]
    return Match(method, candidates[0]) if len(candidates) == 1 else Match("AMBIGUOUS")


def normalized(name: str) -> str:
    """The name without case, punctuation, spaces and the word "plan"; an ampersand is an "and"."""
    words = _WORD.findall(name.casefold().replace("&", " and "))
    return "".join(word for word in words if word != "plan")
