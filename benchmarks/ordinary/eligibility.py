"""A check of eligibility as it is shown: attributes only, nothing of it is asked for on its own."""

from datetime import datetime
from decimal import Decimal

import strawberry

from benchmarks.ordinary.codes import EligibilityChannel, EligibilityStatusCode


@strawberry.type
class Amounts:
    """A yearly amount in US dollars."""

    total: Decimal | None
    remaining: Decimal | None
    used: Decimal | None


@strawberry.type
class Limitation:
    """How much of a benefit there is."""

    total_visits: int | None
    visits_remaining: int | None
    amount_remaining: Decimal | None


@strawberry.type
class NetworkBenefits:
    """What the patient pays in the plan's network."""

    individual_deductible: Amounts | None
    family_deductible: Amounts | None
    individual_out_of_pocket: Amounts | None
    family_out_of_pocket: Amounts | None
    co_insurance_percent: Decimal | None
    co_pay: Decimal | None
    limitation: Limitation | None


@strawberry.type
class EligibilityStatus:
    """How an enquiry ended."""

    code: EligibilityStatusCode


@strawberry.type
class EligibilityCheck:
    """One enquiry to a payer and what came of it."""

    status: EligibilityStatus
    timestamp: datetime
    channel: EligibilityChannel
    in_network: NetworkBenefits | None
