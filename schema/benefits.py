"""What a patient pays: amounts of a benefit check, in US dollars."""

from decimal import Decimal

from connectors.eligibility import amounts, benefits
from schema.declare import over, shown


@over(amounts.Amounts)
class Amounts:
    """A yearly amount in US dollars."""

    total: Decimal | None
    remaining: Decimal | None
    used: Decimal | None = shown("Total less remaining; null unless both are known.")


@over(benefits.Limitation)
class Limitation:
    """How much of a benefit there is."""

    total_visits: int | None
    visits_remaining: int | None
    amount_remaining: Decimal | None = shown("US dollars.")


@over(benefits.NetworkBenefits)
class NetworkBenefits:
    """What the patient pays in the plan's network, or out of it. Amounts are US dollars."""

    individual_deductible: Amounts | None
    family_deductible: Amounts | None
    individual_out_of_pocket: Amounts | None
    family_out_of_pocket: Amounts | None
    co_insurance_percent: Decimal | None = shown("The patient's share: `20` is a fifth.")
    co_pay: Decimal | None
    limitation: Limitation | None
