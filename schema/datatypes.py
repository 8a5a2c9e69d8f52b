"""FHIR's small types that several resources share."""

from datetime import date

from connectors.fhir import datatypes as fhir
from schema.declare import over, shown


@over(fhir.HumanName)
class HumanName:
    """A person's name."""

    text: str | None = shown("The whole name as one text.")
    given: list[str]
    family: str | None


@over(fhir.Identifier)
class Identifier:
    """A number or code that some system knows this record by."""

    system: str | None
    value: str | None
    use: str | None


@over(fhir.ContactPoint)
class ContactPoint:
    """A phone number, mail address or the like; `system` says which."""

    system: str | None
    value: str | None
    use: str | None


@over(fhir.Address)
class Address:
    """A postal address."""

    use: str | None
    type: str | None
    text: str | None
    line: list[str]
    city: str | None
    state: str | None
    postal_code: str | None
    country: str | None


@over(fhir.Period)
class Period:
    """Days from `start` to `end`, both included; null is open. A year or a month covers its whole span."""

    start: date | None
    end: date | None
    start_text: str | None = shown("As the EHR tells it.")
    end_text: str | None = shown("As the EHR tells it.")
