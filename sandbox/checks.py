"""What the eligibility service has on file: enquiries about a member number, and the benefits they told."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from sandbox.ids import Draw, uuid
from sandbox.people import Coverage, Payor, Person

CHANNELS = ("CLAIM_MD", "PVERIFY", "SPRY", "MANUAL_CAPTURE", "EDI")
_USUAL_CHANNELS = ("CLAIM_MD", "CLAIM_MD", "CLAIM_MD", *CHANNELS[1:])
_ENDED = "2025-01-01"  # no enquiry is older: a coverage that ended before was not active


class Amount(NamedTuple):
    """Dollars for the plan year, and what is left of them; either may be unknown."""

    year: Decimal | None = None
    remaining: Decimal | None = None


class Limitation(NamedTuple):
    """Visits and dollars that the plan pays for; each may be unknown."""

    total_visits: int | None
    visits_remaining: int | None
    amount_remaining: Decimal | None


_UNKNOWN = Amount()


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefits:
    """Benefits in a network or out of it. `co_insurance` is a percentage, `co_pay` dollars."""

    individual_deductible: Amount = _UNKNOWN
    family_deductible: Amount = _UNKNOWN
    individual_out_of_pocket: Amount = _UNKNOWN
    family_out_of_pocket: Amount = _UNKNOWN
    co_insurance: Decimal | None = None
    co_pay: Decimal | None = None
    limitation: Limitation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the insurer answered. No subscriber: the answer tells nothing about one."""

    plan_name: str
    plan_type: str
    start: str | None
    end: str | None
    group_number: str | None
    active: bool
    prior_authorization: str
    subscriber: Person | None
    in_network: Benefits | None
    out_of_network: Benefits | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One enquiry. `patient` is the service's patient id; `timestamp` has no zone.

    A check that failed has `errors` (texts, or pairs of code and text) and no answer.
    """

    id: str
    patient: int
    member_id: str
    payer_id: str
    payer_name: str
    first_name: str
    last_name: str
    birth_date: str
    relation: str
    timestamp: str
    channel: str
    service_code: str
    status: str
    answer: Answer | None
    errors: tuple[str | tuple[str, str], ...] = ()


def check(
    person: Person, id_: int, coverage: Coverage, payor: Payor, *, subscriber: Person | None, nth: int
) -> Check:
    """The enquiry about a coverage that is followed by `nth` newer ones, of a patient with that id there."""
    draw = Draw("check", coverage.id, nth)
    active = (coverage.period is None) or (coverage.period.end or _ENDED) >= _ENDED
    return Check(
        id=f"elig-{uuid('check', coverage.id, nth).hex[:12]}",
        patient=id_,
        member_id=coverage.member_id,
        payer_id=payor.claim_md,
        payer_name=payor.name,
        first_name=person.given[0],
        last_name=person.family,
        birth_date=person.birth_date or f"{person.birth_text}-01",
        relation=coverage.relationship.upper(),
        timestamp=f"2025-{9 - 2 * nth:02}-{draw.below(28) + 1:02}T{draw.below(24):02}:{draw.below(60):02}:30",
        channel=draw.pick(_USUAL_CHANNELS),
        service_code=draw.pick(("30", "98", "PT", "AD", "UC")),
        status="ACTIVE" if active else "INACTIVE",
        answer=Answer(
            plan_name=f"{draw.pick(('Silver', 'Gold', 'Base'))} {coverage.type}",
            plan_type=coverage.type,
            start=coverage.period.start if coverage.period else None,
            end=coverage.period.end if coverage.period else None,
            group_number=draw.pick((None, coverage.class_value("group"))),
            active=active,
            prior_authorization=draw.pick("YNU"),
            subscriber=subscriber,
            in_network=benefits(draw, 1),
            out_of_network=draw.pick((None, benefits(draw, 2))),
        ),
    )


def benefits(draw: Draw, factor: int) -> Benefits:
    """Amounts that a plan may have; out of network they are a multiple."""
    deductible = draw.pick((0, 500, 1000, 1500, 2750)) * factor
    most = deductible + draw.pick((2000, 3500, 5000)) * factor
    limitation = Limitation(30, 30 - draw.below(31), draw.pick((None, Decimal("240.50"))))
    return Benefits(
        individual_deductible=_amount(draw, deductible),
        family_deductible=_amount(draw, deductible * 2),
        individual_out_of_pocket=_amount(draw, most),
        family_out_of_pocket=_amount(draw, most * 2),
        co_insurance=Decimal(draw.pick(("0.0", "10.0", "12.5", "20.0", "30.0"))),
        co_pay=Decimal(draw.pick(("0.00", "15.00", "30.00", "47.35"))),
        limitation=draw.pick((None, limitation)),
    )


def _amount(draw: Draw, year: int) -> Amount:
    return Amount(Decimal(year), Decimal(draw.below(year * 100 + 1)) / 100)
