"""A coverage's classes: its plan, group, and pharmacy numbers, under FHIR R4 coverage-class codes."""

from collections.abc import Iterable

import msgspec

from connectors.fact import fact
from connectors.fhir.datatypes import CodeableConcept, stated
from connectors.fhir.resource import Element


class CoverageClass(Element, frozen=True, kw_only=True):
    """One classification: the number or text in `value`, and a name for it where the payer has one."""

    concept: CodeableConcept | None = msgspec.field(default=None, name="type")
    value: str | None = None
    name: str | None = None

    @fact
    def type(self) -> str | None:
        """The coverage-class code, such as `plan` or `group`; else the text that stands for it."""
        return self.concept.raw if self.concept else None

    def is_type(self, code: str) -> bool:
        """Whether it is of coverage-class `code`, by code or by text alone."""
        return self.type == code or (self.concept is not None and self.concept.has(code))


def class_value(classes: Iterable[CoverageClass], code: str) -> str | None:
    """The first value under `code` that is not blank."""
    return next(filter(None, (stated(one.value) for one in classes if one.is_type(code))), None)


def class_name(classes: Iterable[CoverageClass], code: str) -> str | None:
    """The first name under `code`, or value where it has no name."""
    labels = (stated(one.name) or stated(one.value) for one in classes if one.is_type(code))
    return next(filter(None, labels), None)
