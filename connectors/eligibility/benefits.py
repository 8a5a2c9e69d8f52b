"""What the patient pays within a network: seed 004's Network Benefits. Any number may be null."""

from decimal import Decimal

import msgspec

from connectors.eligibility.amounts import Amounts, amounts, count, money, plain
from connectors.fact import fact
from connectors.record import Record


class Limitation(Record, frozen=True, kw_only=True, dict=True, gc=True):
    """How much of a benefit there is, in visits and in dollars."""

    no_of_total_visits: Decimal | None = None
    no_of_visits_remaining: Decimal | None = None
    amount_left: Decimal | None = msgspec.field(default=None, name="amount_remaining")

    @fact
    def total_visits(self) -> int | None:
        """Authorized visits of the benefit period."""
        return count(self.no_of_total_visits)

    @fact
    def visits_remaining(self) -> int | None:
        """Those of them that are left."""
        return count(self.no_of_visits_remaining)

    @fact
    def amount_remaining(self) -> Decimal | None:
        """The benefit's dollars that are left, with two places."""
        return money(self.amount_left)


class NetworkBenefits(Record, frozen=True, kw_only=True, dict=True, gc=True):
    """Benefits in the plan's network, or out of it. Fields are the wire's numbers; properties are told."""

    individual_deductible_year: Decimal | None = None
    individual_deductible_remaining: Decimal | None = None
    family_deductible_year: Decimal | None = None
    family_deductible_remaining: Decimal | None = None
    individual_out_of_pocket_year: Decimal | None = None
    individual_out_of_pocket_remaining: Decimal | None = None
    family_out_of_pocket_year: Decimal | None = None
    family_out_of_pocket_remaining: Decimal | None = None
    co_insurance: Decimal | None = None
    co_pay_number: Decimal | None = msgspec.field(default=None, name="co_pay")
    limitation: Limitation | None = None

    @fact
    def individual_deductible(self) -> Amounts | None:
        """What the patient pays in a year before the plan does."""
        return amounts(self.individual_deductible_year, self.individual_deductible_remaining)

    @fact
    def family_deductible(self) -> Amounts | None:
        """What the family pays in a year before the plan does."""
        return amounts(self.family_deductible_year, self.family_deductible_remaining)

    @fact
    def individual_out_of_pocket(self) -> Amounts | None:
        """The most that the patient pays in a year."""
        return amounts(self.individual_out_of_pocket_year, self.individual_out_of_pocket_remaining)

    @fact
    def family_out_of_pocket(self) -> Amounts | None:
        """The most that the family pays in a year."""
        return amounts(self.family_out_of_pocket_year, self.family_out_of_pocket_remaining)

    @fact
    def co_insurance_percent(self) -> Decimal | None:
        """The patient's share after the deductible, in percent: 20 for a fifth."""
        return plain(self.co_insurance)

    @fact
    def co_pay(self) -> Decimal | None:
        """What the patient pays for each visit, in dollars with two places."""
        return money(self.co_pay_number)
