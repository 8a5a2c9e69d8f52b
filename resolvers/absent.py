"""A state in place of something: told to the client by its code, and no failure of anybody's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Absent:
    """Why there is nothing to ask with, or nothing that was found. `code` is of a closed list."""

    code: str


NO_RECORD = Absent("NO_RECORD")
"""The system knows the patient, and has no such record."""

NO_MEMBER_ID = Absent("NO_MEMBER_ID")
"""Without a member number nothing can be asked."""
