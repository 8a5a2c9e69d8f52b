"""The clinic's catalogue of insurance plans. Nothing in it tells who has which plan."""

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.ids import Draw
from sandbox.payors import PAYORS

TIERS = ("Bronze", "Silver", "Gold", "Platinum")
_TYPES = ("HMO", "PPO", "POS", "EPO")
_LEFT_OUT = 6  # every sixth plan that an insurer sells is not in the catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan of the catalogue. `carrier` is free text, `details` are whole dollars and differ by carrier."""

    id: int
    name: str
    carrier: str
    type: str
    details: tuple[tuple[str, int], ...]
    active: bool = True
    created_at: str = "2024-11-04T10:00:00.000Z"
    updated_at: str = "2025-01-01T00:00:00.000Z"


# What the named cases are about: name, carrier, type, active.
_CASES = (
    ("NORTHLAKE SILVER PPO", "Northlake Mutual", "PPO", True),
    ("Granite & Vale Gold PPO", "Granite State Assurance", "PPO", True),
    ("Freedom Choice", "HARBORLIGHT-BENEFITS", "PPO", True),
    ("Freedom Choice", "Red Mesa Health", "HMO", True),
    ("Cedar River Heritage", "Cedar River Employees Trust", "POS", False),
)


def _sold() -> Iterator[tuple[str, str, str, bool]]:
    for nth, (payor, tier) in enumerate((payor, tier) for payor in PAYORS for tier in TIERS):
        if nth % _LEFT_OUT != _LEFT_OUT - 1:
            yield f"{payor.name} {tier}", _carrier(payor.name, nth), _TYPES[nth % len(_TYPES)], True


def _carrier(name: str, nth: int) -> str:
    """Mostly the insurer's name; sometimes somebody typed it otherwise."""
    spellings = (name, name, name, name.upper(), name, name, f"The {name}", name, f"{name} (MN)")
    return spellings[nth % len(spellings)]


def _details(name: str, carrier: str) -> tuple[tuple[str, int], ...]:
    draw = Draw("plan", name, carrier)
    deductible = draw.pick((0, 500, 1000, 1500, 2500, 6000))
    usual = (("deductible", deductible), ("copay", draw.pick((0, 15, 25, 40))))
    most = ("out_of_pocket_max", deductible + 3500)
    extra = (("specialist_copay", 60), ("family_deductible", 2 * deductible), ("emergency_room_copay", 250))
    return (*usual, most, *extra[: draw.pick((0, 0, 0, 1, 3))]) if draw.below(9) else usual


PLANS = tuple(
    Plan(id=number, name=name, carrier=carrier, type=type_, details=_details(name, carrier), active=active)
    for number, (name, carrier, type_, active) in enumerate((*_sold(), *_CASES), start=31)
)
