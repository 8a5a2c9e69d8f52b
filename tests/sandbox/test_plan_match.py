import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.plan_match import normalized, plan_match
from sandbox.plans import PLANS, Plan


def plan(id_: int, name: str, carrier: str = "Acme Mutual", *, active: bool = True) -> Plan:
    """A plan of a catalogue."""
    return Plan(id=id_, name=name, carrier=carrier, type="PPO", details=(), active=active)


CATALOGUE = (
    plan(1, "Acme Silver"),
    plan(2, "ACME GOLD PPO"),
    plan(3, "Shared", "ONE CARRIER"),
    plan(4, "Shared", "Other & Carrier, Inc."),
    plan(5, "SHARED"),
    plan(6, "Twice"),
    plan(7, "Twice"),
    plan(8, "Asleep", active=False),
)


@pytest.mark.parametrize(
    ("plan_name", "payor", "method", "id_"),
    [
        ("Acme Silver", "Acme Mutual", "EXACT_NAME", 1),
        ("Acme Silver", "Another Payor", "EXACT_NAME", 1),
        ("acme silver", "Acme Mutual", "NORMALIZED_NAME", 1),
        ("Acme  Silver-Plan", "Acme Mutual", "NORMALIZED_NAME", 1),
        ("Acme Gold-PPO Plan", "", "NORMALIZED_NAME", 2),
        ("Shared", "One Carrier", "EXACT_NAME", 3),
        ("Shared", "Other and Carrier Inc", "EXACT_NAME", 4),
        ("Shared", "Acme Mutual", "AMBIGUOUS", None),
        ("shared", "Acme Mutual", "NORMALIZED_NAME", 5),
        ("SHARED", "Nobody", "EXACT_NAME", 5),
        ("Twice", "Acme Mutual", "AMBIGUOUS", None),
        ("Asleep", "Acme Mutual", "EXACT_NAME", 8),
        ("Elsewhere", "Acme Mutual", "NONE", None),
        (None, "Acme Mutual", "NONE", None),
    ],
)
def test_a_plan_is_found_by_name_and_then_by_carrier(
    plan_name: str | None, payor: str, method: str, id_: int | None
) -> None:
    """The exact name comes before a likeness; the carrier decides only where a name is not enough."""
    match = plan_match(plan_name, payor, CATALOGUE)
    assert (match.method, match.plan and match.plan.id) == (method, id_)


@given(st.sampled_from(PLANS), st.lists(st.sampled_from(("plan", "Plan", "PLAN")), max_size=2))
def test_likeness_knows_neither_case_nor_punctuation_nor_the_word_plan(it: Plan, words: list[str]) -> None:
    """However a name is decorated, it stays the same name; another word makes another one."""
    decorated = "  ".join([it.name.swapcase().replace("&", "and").replace(" ", "-"), *words])
    assert normalized(decorated) == normalized(it.name)
    assert normalized(f"{it.name} Plus") != normalized(it.name)
