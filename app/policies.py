"""The table of how long each kind of answer is remembered, derived from the methods that fetch them."""

from collections.abc import Mapping

from app.upstreams import KNOWN
from connectors.cache import GivenAges, Kind, policies

ROW = "{:<32} {:<12} {:>8} {:>19} {:>11} {:>9}"


def policies_table(given: Mapping[Kind, GivenAges]) -> str:
    """A line for each method of each upstream, ages in seconds, with the operator's where they are given."""
    lines = [ROW.format("method", "kind", "fresh, s", "while revalidate, s", "on error, s", "absent, s")]
    for method, policy in policies(KNOWN, given):
        ages = policy.ages
        told = (f"{one:g}" for one in (ages.fresh, ages.while_revalidate, ages.on_error, policy.absent))
        lines.append(ROW.format(method, policy.kind.value, *told))
    return "\n".join(lines)
