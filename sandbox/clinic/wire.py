"""Rows as the clinic spells them (clinic insurances API: Response Format). SSNs are masked."""

from typing import Any

from sandbox.enrolment import Dependent, PersonInformation, masked
from sandbox.plans import Plan


def person_information(it: PersonInformation) -> dict[str, Any]:
    """A person information of a patient."""
    return {
        "id": it.id,
        "ownable_id": it.ownable_id,
        "ownable_type": "Patient",
        "first_name": it.first_name,
        "last_name": it.last_name,
        "date_of_birth": it.birth_date,
        "ssn": masked(it.ssn),
        "phone": it.phone,
        "email": it.email,
        "created_at": it.created_at,
        "updated_at": it.updated_at,
    }


def dependent(it: Dependent) -> dict[str, Any]:
    """A dependent."""
    return {
        "id": it.id,
        "primary_holder_id": it.primary_holder_id,
        "first_name": it.first_name,
        "last_name": it.last_name,
        "date_of_birth": it.birth_date,
        "relationship": it.relationship,
        "ssn": masked(it.ssn),
        "created_at": it.created_at,
        "updated_at": it.created_at,
    }


def plan(it: Plan) -> dict[str, Any]:
    """A plan."""
    return {
        "id": it.id,
        "plan_name": it.name,
        "carrier": it.carrier,
        "plan_type": it.type,
        "coverage_details": dict(it.details),
        "active": it.active,
        "created_at": it.created_at,
        "updated_at": it.updated_at,
    }
