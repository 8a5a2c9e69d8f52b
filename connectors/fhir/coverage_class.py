"""A coverage's classes: its plan, group, and pharmacy numbers, under FHIR R4 coverage-class codes."""

from collections.abc import Iterable

import msgspec

from connectors.fhir.datatypes import CodeableConcept, stated
from connectors.fhir.resource import Element


class CoverageClass(Element, frozen=True, kw_only=True):
    """One classification: the number or text in `value`, and a name for it where the payer has one."""

    concept: CodeableConcept | None = msgspec.field(default=None, name="type")
    value: str | None = None
    name: str | None = None

    @property
    def type(self) -> str | None:
        """The coverage-class code, such as `plan` or `group`; else the text that stands for it."""
        return self.concept.raw if self.concept else None

    def is_type(self, code: str) -> bool:
        """Whether it is of coverage-class `code`, by code or by text alone."""
        concept = self.concept
        return concept is not None and (
            concept.has(code) or (concept.text is not None and concept.raw == code)
        )


def class_value(classes: Iterable[CoverageClass], code: str) -> str | None:
    """The first value under `code` that is not blank."""
    for one in classes:
        if one.is_type(code) and (value := stated(one.value)):
            return value
    return None


def class_name(classes: Iterable[CoverageClass], code: str) -> str | None:
    """The first name under `code`, or value where it has no name."""
    for one in classes:
        if one.is_type(code) and (label := stated(one.name) or stated(one.value)):
            return label
    return None
