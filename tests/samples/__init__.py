"""Answers and requests as they go over the wire, by upstream and kind. All people in them are synthetic."""

from pathlib import Path

HERE = Path(__file__).parent


def sample(kind: str) -> bytes:
    """The body of that kind, such as `fhir/coverage_read`."""
    return (HERE / f"{kind}.json").read_bytes()
