"""FHIR R4 datatypes, as far as insurance needs them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Annotated

import msgspec

from connectors.fhir import dates
from connectors.fhir.resource import Element

UnsignedInt = Annotated[int, msgspec.Meta(ge=0, le=2_147_483_647)]


def stated(text: str | None) -> str | None:
    """`text` without blanks around it; None when nothing is left."""
    return (text or "").strip() or None


class Coding(Element, frozen=True, kw_only=True):
    """A code of a code system. Compare codes: one code system is spelt in several ways on the wire."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


_CODE = attrgetter("code")


class CodeableConcept(Element, frozen=True, kw_only=True):
    """A concept, as codes of one or several systems, or as text only."""

    coding: tuple[Coding, ...] = ()
    text: str | None = None

    @property
    def coded(self) -> Coding | None:
        """The first coding that has a code."""
        for coding in self.coding:
            if coding.code:
                return coding
        return None

    @property
    def code(self) -> str | None:
        """The first code."""
        coded = self.coded
        return coded.code if coded else None

    @property
    def raw(self) -> str | None:
        """The first code, else the text."""
        return self.code or stated(self.text)

    @property
    def label(self) -> str | None:
        """What to show: the first display, else the text, else the code."""
        displays = (stated(coding.display) for coding in self.coding)
        return next(filter(None, displays), None) or stated(self.text) or self.code

    def has(self, code: str) -> bool:
        """Whether any coding carries `code`, in whatever system."""
        return code in map(_CODE, self.coding)


class Identifier(Element, frozen=True, kw_only=True):
    """A business identifier: `value` is unique within `system`."""

    system: str | None = None
    value: str | None = None
    use: str | None = None
    type: CodeableConcept | None = None

    def is_type(self, code: str) -> bool:
        """Whether its type is `code` of HL7 v2 table 0203: MB member number, MR medical record number."""
        return self.type is not None and self.type.has(code)


class HumanName(Element, frozen=True, kw_only=True):
    """A name of a person."""

    use: str | None = None
    stated_text: str | None = msgspec.field(default=None, name="text")
    given_parts: tuple[str | None, ...] = msgspec.field(default=(), name="given")
    family: str | None = None

    @property
    def given(self) -> tuple[str, ...]:
        """First and middle names, in order. A null on the wire stands for a part with extensions only."""
        return tuple(filter(None, self.given_parts))

    @property
    def text(self) -> str | None:
        """The whole name as stated, else composed of the given and the family names."""
        return stated(self.stated_text) or stated(" ".join(filter(None, (*self.given_parts, self.family))))


def preferred(names: Sequence[HumanName]) -> HumanName | None:
    """The official name, else the usual one, else the first."""
    for use in ("official", "usual"):
        for name in names:
            if name.use == use:
                return name
    return next(iter(names), None)


class ContactPoint(Element, frozen=True, kw_only=True):
    """A phone, fax, email or other address of that kind."""

    system: str | None = None
    value: str | None = None
    use: str | None = None


class Address(Element, frozen=True, kw_only=True):
    """A postal address."""

    use: str | None = None
    type: str | None = None
    lines: tuple[str | None, ...] = msgspec.field(default=(), name="line")
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None
    text: str | None = None

    @property
    def line(self) -> tuple[str, ...]:
        """Street, house, post box, in order of print."""
        return tuple(filter(None, self.lines))


class Period(Element, frozen=True, kw_only=True):
    """A span of days, both ends included. A partial date covers its whole span; an absent end is open.

    `start` and `end` follow from the texts, and are never the wire's; None when open or unreadable.
    """

    start_text: str | None = msgspec.field(default=None, name="start")
    end_text: str | None = msgspec.field(default=None, name="end")
    start: date | None = msgspec.field(default=None, name="(start)")
    end: date | None = msgspec.field(default=None, name="(end)")

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "start", dates.first_day(self.start_text))
        msgspec.structs.force_setattr(self, "end", dates.last_day(self.end_text))

    def covers(self, day: date) -> bool:
        """Whether `day` lies within. An end that cannot be read covers nothing: it proves nothing."""
        begun = self.start <= day if self.start else not self.start_text
        lasts = day <= self.end if self.end else not self.end_text
        return begun and lasts


class Quantity(Element, frozen=True, kw_only=True):
    """A number of some unit; exact, as printed."""

    value: Decimal | None = None
    unit: str | None = None
    code: str | None = None


class Money(Element, frozen=True, kw_only=True):
    """An amount of money; exact, as printed."""

    value: Decimal | None = None
    currency: str | None = None


def exact(number: Decimal | None, step: Decimal | None = None) -> Decimal | None:
    """`number` if it is one that FHIR R4 allows: finite, and within 18 digits before and after the point.

    With `step`, rounded to a multiple of it. msgspec also reads `"NaN"`, and `1e999999` that would print a
    megabyte of zeros.
    """
    if number is None or not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        return None
    return number if step is None else number.quantize(step) + 0  # + 0: there is no -0.00 on a bill


_MOST_DIGITS = 18
