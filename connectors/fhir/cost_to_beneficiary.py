"""What the patient pays of a service: FHIR R4 Coverage.costToBeneficiary."""

from decimal import Decimal

import msgspec

from connectors.fhir.datatypes import CodeableConcept, Money, Quantity, exact
from connectors.fhir.resource import Element


class CostToBeneficiary(Element, frozen=True, kw_only=True):
    """A copay, deductible or share: an amount of money, a percentage, or a quantity of something else."""

    concept: CodeableConcept | None = msgspec.field(default=None, name="type")
    money: Money | None = msgspec.field(default=None, name="valueMoney")
    measured: Quantity | None = msgspec.field(default=None, name="valueQuantity")

    @property
    def type(self) -> str | None:
        """The coverage-copay-type code, such as `gpvisit`; else the text that stands for it."""
        return self.concept.raw if self.concept else None

    @property
    def display(self) -> str | None:
        """The type, to show."""
        return self.concept.label if self.concept else None

    @property
    def amount(self) -> Decimal | None:
        """The amount of money."""
        return exact(self.money.value) if self.money else None

    @property
    def currency(self) -> str | None:
        """ISO 4217 code of the amount's currency, where it is stated."""
        return self.money.currency if self.money else None

    @property
    def percent(self) -> Decimal | None:
        """The share in percent: 20 for a fifth."""
        return self._number if self.measured and "%" in {self.measured.code, self.measured.unit} else None

    @property
    def quantity(self) -> str | None:
        """A number and its unit, as text: "20 %", "30 visits"."""
        unit = (self.measured.unit or self.measured.code or "") if self.measured else ""
        return None if self._number is None else f"{self._number:f} {unit}".rstrip()

    @property
    def _number(self) -> Decimal | None:
        return exact(self.measured.value) if self.measured else None
