"""From the eligibility service's answer to the newest check; amounts are exact, in dollars and cents."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from benchmarks.ordinary.codes import EligibilityChannel, EligibilityStatusCode
from benchmarks.ordinary.eligibility import (
    Amounts,
    EligibilityCheck,
    EligibilityStatus,
    Limitation,
    NetworkBenefits,
)
from benchmarks.ordinary.values import Json, coded

SUCCESS = 2000


def latest_check(zone: ZoneInfo, body: Json) -> EligibilityCheck | None:
    """None when nothing was asked yet. A time without a zone is read in this one."""
    if body["code"] != SUCCESS:
        raise ValueError(f"the eligibility service answered with code {body['code']}")
    data = body["data"]
    checks = (_check(zone, record) for record in (data["content"] if data else None) or ())
    return max(checks, key=lambda check: check.timestamp, default=None)


def _check(zone: ZoneInfo, record: Json) -> EligibilityCheck:
    response = record["response"]
    told = datetime.fromisoformat(record["timestamp"])
    failed = record["errors"] and response is None
    status = "FAILED" if failed else record["status"]
    return EligibilityCheck(
        status=EligibilityStatus(code=coded(EligibilityStatusCode, status)),
        timestamp=(told if told.tzinfo else told.replace(tzinfo=zone)).astimezone(UTC),
        channel=coded(EligibilityChannel, record["channel_id"]),
        in_network=_benefits(response["in_network"]) if response and response["in_network"] else None,
    )


def _benefits(told: Json) -> NetworkBenefits:
    limitation = told["limitation"]
    return NetworkBenefits(
        individual_deductible=_amounts(told, "individual_deductible"),
        family_deductible=_amounts(told, "family_deductible"),
        individual_out_of_pocket=_amounts(told, "individual_out_of_pocket"),
        family_out_of_pocket=_amounts(told, "family_out_of_pocket"),
        co_insurance_percent=_plain(told["co_insurance"]),
        co_pay=_money(told["co_pay"]),
        limitation=Limitation(
            total_visits=limitation["no_of_total_visits"],
            visits_remaining=limitation["no_of_visits_remaining"],
            amount_remaining=_money(limitation["amount_remaining"]),
        )
        if limitation
        else None,
    )


def _amounts(told: Json, name: str) -> Amounts | None:
    total, remaining = _money(told[f"{name}_year"]), _money(told[f"{name}_remaining"])
    if total is None and remaining is None:
        return None
    used = None if total is None or remaining is None else total - remaining
    return Amounts(total=total, remaining=remaining, used=used)


def _money(number: Decimal | int | None) -> Decimal | None:
    return None if number is None else Decimal(number).quantize(Decimal("0.01"))


def _plain(number: Decimal | int | None) -> Decimal | None:
    """Without zeros behind the point: 20 for 20.0."""
    if number is None:
        return None
    exact = Decimal(number)
    whole = exact.to_integral_value()
    return whole if whole == exact else exact.normalize()
