"""What other systems call a patient: the identifiers that Canvas keeps for them."""

from collections.abc import Iterable

from sandbox.ids import uuid

CLINIC_SYSTEM = "urn:clinic:patient"
DEPENDENT_SYSTEM = "urn:clinic:dependent"
ELIGIBILITY_SYSTEM = "urn:eligibility:patient"
CLINIK_SYSTEM = "urn:clinikapi:patient"
EVERYWHERE = (CLINIC_SYSTEM, ELIGIBILITY_SYSTEM, CLINIK_SYSTEM)

_UNLINKED = 9
_NOT_AT_CLINIK = 5


def usual_links(number: int) -> Iterable[str]:
    """Most people are known at the other systems too; every ninth at none, every fifth not at ClinikAPI."""
    if number % _UNLINKED == 0:
        return ()
    return (CLINIC_SYSTEM, ELIGIBILITY_SYSTEM) if number % _NOT_AT_CLINIK == 0 else EVERYWHERE


def identifiers(number: int, systems: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(system, value) of the person of that registration number in each of the systems."""
    values = {
        CLINIC_SYSTEM: str(1000 + number),
        ELIGIBILITY_SYSTEM: str(880_000 + number),
        CLINIK_SYSTEM: f"pt_{uuid('clinik', number).hex[:8]}",
    }
    return tuple((system, values[system]) for system in systems)
