"""What a right answer says of the eligibility service's latest record: amounts as texts, never floats."""

from decimal import Decimal
from typing import TypedDict

from sandbox.checks import Amount, Benefits, Check, Limitation


class StatusFacts(TypedDict):
    """The status of an enquiry; FAILED when it has no answer."""

    code: str


class AmountFacts(TypedDict):
    """Dollars with two decimals; used is total less remaining, where both are known."""

    total: str | None
    remaining: str | None
    used: str | None


class LimitationFacts(TypedDict):
    """Visits, and dollars with two decimals."""

    totalVisits: int | None
    visitsRemaining: int | None
    amountRemaining: str | None


class BenefitsFacts(TypedDict):
    """Benefits in the network; an amount of which nothing is known is None."""

    individualDeductible: AmountFacts | None
    familyDeductible: AmountFacts | None
    individualOutOfPocket: AmountFacts | None
    familyOutOfPocket: AmountFacts | None
    coInsurancePercent: str | None
    coPay: str | None
    limitation: LimitationFacts | None


class EligibilityFacts(TypedDict):
    """One enquiry; its instant is in UTC."""

    status: StatusFacts
    timestamp: str
    channel: str
    inNetwork: BenefitsFacts | None


def eligibility_facts(check: Check) -> EligibilityFacts:
    """The facts about this enquiry."""
    told = check.answer.in_network if check.answer else None
    return {
        "status": {"code": check.status},
        "timestamp": f"{check.timestamp}+00:00",
        "channel": check.channel,
        "inNetwork": _benefits(told) if told else None,
    }


def _benefits(told: Benefits) -> BenefitsFacts:
    return {
        "individualDeductible": _amount(told.individual_deductible),
        "familyDeductible": _amount(told.family_deductible),
        "individualOutOfPocket": _amount(told.individual_out_of_pocket),
        "familyOutOfPocket": _amount(told.family_out_of_pocket),
        "coInsurancePercent": _percent(told.co_insurance),
        "coPay": _dollars(told.co_pay),
        "limitation": _limitation(told.limitation),
    }


def _amount(amount: Amount) -> AmountFacts | None:
    if amount == Amount():
        return None
    known = amount.year is not None and amount.remaining is not None
    used = (amount.year or Decimal()) - (amount.remaining or Decimal()) if known else None
    return {"total": _dollars(amount.year), "remaining": _dollars(amount.remaining), "used": _dollars(used)}


def _limitation(limitation: Limitation | None) -> LimitationFacts | None:
    return limitation and {
        "totalVisits": limitation.total_visits,
        "visitsRemaining": limitation.visits_remaining,
        "amountRemaining": _dollars(limitation.amount_remaining),
    }


def _dollars(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def _percent(percent: Decimal | None) -> str | None:
    return None if percent is None else f"{percent.normalize():f}"
