"""Whether a coverage is in force on a day, and why."""

from resolvers.rules import in_force, in_force_codes
from schema.declare import enumeration, over, shown
from schema.source import Source

enumeration(in_force_codes.InForceValue)
enumeration(in_force_codes.InForceReason)


@over(in_force.InForce)
class InForce:
    """Whether a coverage is in force on a day. The payer is believed before the EHR's period."""

    value: in_force_codes.InForceValue
    reasons: list[in_force_codes.InForceReason] = shown("Why: the most trusted first; never empty.")
    sources: list[Source] = shown("The records that were looked at.")
