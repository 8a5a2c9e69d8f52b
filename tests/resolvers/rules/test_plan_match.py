"""Which plan of the catalogue a coverage names: cases that a billing person can read and correct."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.clinic.catalogue import Catalogue
from connectors.clinic.records import InsurancePlan
from connectors.fhir.coverage import Coverage
from resolvers.rules.plan_match import PlanMatchMethod, plan_match


def plan(
    number: int, name: str | None, carrier: str | None = "Northlake Mutual", *, active: bool = True
) -> InsurancePlan:
    """A plan of the catalogue."""
    wire = {"id": number, "plan_name": name, "carrier": carrier, "plan_type": "PPO", "active": active}
    return msgspec.convert(wire, InsurancePlan)


def coverage(name: str | None, payor: str | None = "Northlake Mutual") -> Coverage:
    """A coverage that names this plan and payor."""
    kind = {"coding": [{"code": "plan"}]}
    wire = {
        "id": "c",
        "class": [{"type": kind, "value": name}] if name else [],
        "payor": [{"display": payor}] if payor else [],
    }
    return msgspec.convert(wire, Coverage)


PLANS = [
    plan(1, "Northlake Silver PPO"),
    plan(2, "NORTHLAKE GOLD PPO"),
    plan(3, "Silver & Sons Plan", "Harbor Health"),
    plan(4, "Choice Plus", "Harbor Health"),
    plan(5, "Choice Plus", "Summit Care"),
    plan(6, "Old Bronze", active=False),
    plan(7, None),
    plan(8, "Élan Vital"),
    plan(9, "Twice", "Summit Care"),
    plan(10, "Twice", "Summit Care"),
]
CATALOGUE = Catalogue(items=tuple(PLANS))


@pytest.mark.parametrize(
    ("name", "payor", "method", "found"),
    [
        ("Northlake Silver PPO", "Northlake Mutual", "EXACT_NAME", "1"),
        ("Northlake Silver PPO", "Somebody Else", "EXACT_NAME", "1"),
        ("Northlake Silver PPO", None, "EXACT_NAME", "1"),
        ("northlake silver ppo", "Northlake Mutual", "NORMALIZED_NAME", "1"),
        ("Northlake Silver-PPO Plan", "Northlake Mutual", "NORMALIZED_NAME", "1"),
        ("Northlake Gold PPO", "Northlake Mutual", "NORMALIZED_NAME", "2"),
        ("Silver and Sons", "Harbor Health", "NORMALIZED_NAME", "3"),
        ("Elan Vital", "Northlake Mutual", "NORMALIZED_NAME", "8"),
        ("Choice Plus", "Harbor Health", "EXACT_NAME", "4"),
        ("Choice Plus", " summit CARE ", "EXACT_NAME", "5"),
        ("Choice Plus", "Northlake Mutual", "AMBIGUOUS", None),
        ("Choice Plus", None, "AMBIGUOUS", None),
        ("Twice", "Summit Care", "AMBIGUOUS", None),
        ("Old Bronze", "Northlake Mutual", "EXACT_NAME", "6"),
        ("Unheard Of", "Northlake Mutual", "NONE", None),
        ("Northlake", "Northlake Mutual", "NONE", None),
        (None, "Northlake Mutual", "NONE", None),
    ],
)
def test_matching(name: str | None, payor: str | None, method: str, found: str | None) -> None:
    """By exact name, else by normalised name; the carrier decides between namesakes; inactive plans count."""
    match = plan_match(coverage(name, payor), CATALOGUE)

    assert (match.method.value, match.plan.id if match.plan else None) == (method, found)


def test_what_was_compared_is_told() -> None:
    """A person sees which of the catalogue's plans came into question."""
    assert plan_match(coverage("Choice Plus"), CATALOGUE).compared == (
        "Harbor Health: Choice Plus",
        "Summit Care: Choice Plus",
    )


@given(st.permutations(PLANS), st.sampled_from(["Choice Plus", "Twice", "silver and sons", "Unheard Of"]))
def test_the_catalogues_order_changes_nothing(plans: list[InsurancePlan], name: str) -> None:
    """The same plan is found, by the same method, however the catalogue is sorted."""
    sorted_otherwise = Catalogue(items=tuple(plans))
    one, other = plan_match(coverage(name), CATALOGUE), plan_match(coverage(name), sorted_otherwise)

    assert (one.method, one.plan) == (other.method, other.plan)


@given(st.text(max_size=30), st.lists(st.tuples(st.text(max_size=30), st.text(max_size=10)), max_size=6))
def test_a_plan_is_told_only_where_it_was_matched(name: str, names: list[tuple[str, str]]) -> None:
    """Whatever people type, a plan comes with the method that found it, and none with AMBIGUOUS or NONE."""
    plans = tuple(plan(number, *one) for number, one in enumerate(names))
    match = plan_match(coverage(name), Catalogue(items=plans))

    found = match.method in {PlanMatchMethod.EXACT_NAME, PlanMatchMethod.NORMALIZED_NAME}
    assert found == (match.plan is not None)
