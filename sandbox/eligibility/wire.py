"""Enquiries as the eligibility service spells them (eligibility v2: Response Fields)."""

from decimal import Decimal
from typing import Any

from sandbox.checks import Answer, Benefits, Check, Limitation
from sandbox.eligibility.tokens import CLINIC, ORGANISATION
from sandbox.people import Person

_OFFICE = "11"
_SEXES = {"female": "FEMALE", "male": "MALE"}


def record(it: Check) -> dict[str, Any]:
    """An enquiry record. `group_number` and `middle_name` are there only when they are known."""
    return {
        "eligibility_enquiry_id": it.id,
        "insurance_number": it.member_id,
        "payer_id": it.payer_id,
        "payer_name": it.payer_name,
        "patient_first_name": it.first_name,
        "patient_last_name": it.last_name,
        "patient_dob": it.birth_date,
        "patient_relation": it.relation,
        "provider_npi": "1999999992",
        "provider_first_name": "Ivo",
        "provider_last_name": "Marsh",
        "date_of_service": it.timestamp[:10],
        "service_code": it.service_code,
        "place_of_service": _OFFICE,
        "patient_id": it.patient,
        "clinic_id": CLINIC,
        "organisation_id": ORGANISATION,
        "timestamp": it.timestamp,
        "channel_id": it.channel,
        "status": it.status,
        "response": _response(it, it.answer) if it.answer else None,
        "errors": [_error(error) for error in it.errors],
    }


def _error(error: str | tuple[str, str]) -> object:
    """The documentation does not say what an error looks like: a text, or an object."""
    return error if isinstance(error, str) else {"code": error[0], "message": error[1]}


def _response(it: Check, answer: Answer) -> dict[str, Any]:
    return {
        "enquiry_id": it.id,
        "channel_id": it.channel,
        "date_of_service": it.timestamp[:10],
        "service_code": it.service_code,
        "place_of_service": _OFFICE,
        "prior_authorization_required": answer.prior_authorization,
        "service_eligibility_coverage": answer.active,
        "non_covered_services_flag": False,
        "in_plan_network": True,
        "plan_details": _plan(it, answer),
        "subscriber_details": _subscriber(answer.subscriber) if answer.subscriber else None,
        "in_network": _benefits(answer.in_network) if answer.in_network else None,
        "out_of_network": _benefits(answer.out_of_network) if answer.out_of_network else None,
        "in_plan_network_confidence_score": 0.95,
    }


def _plan(it: Check, answer: Answer) -> dict[str, Any]:
    plan = {
        "payer_id": it.payer_id,
        "payer_name": it.payer_name,
        "insurance_number": it.member_id,
        "plan_start_date": answer.start,
        "plan_end_date": answer.end,
        "plan_name": answer.plan_name,
        "plan_type": answer.plan_type,
        "active": answer.active,
    }
    return plan | ({"group_number": answer.group_number} if answer.group_number else {})


def _subscriber(person: Person) -> dict[str, Any]:
    first, *middle = person.given
    subscriber = {
        "first_name": first,
        "last_name": person.family,
        "date_of_birth": person.birth_date,
        "sex": _SEXES[person.gender],
        "city": "Duluth",
        "state": "MN",
        "zip_code": "55802",
        "address_line": "1 Example Way",
    }
    return subscriber | ({"middle_name": " ".join(middle)} if middle else {})


def _benefits(told: Benefits) -> dict[str, Any]:
    return {
        "individual_deductible_year": _number(told.individual_deductible.year),
        "individual_deductible_remaining": _number(told.individual_deductible.remaining),
        "family_deductible_year": _number(told.family_deductible.year),
        "family_deductible_remaining": _number(told.family_deductible.remaining),
        "individual_out_of_pocket_year": _number(told.individual_out_of_pocket.year),
        "individual_out_of_pocket_remaining": _number(told.individual_out_of_pocket.remaining),
        "family_out_of_pocket_year": _number(told.family_out_of_pocket.year),
        "family_out_of_pocket_remaining": _number(told.family_out_of_pocket.remaining),
        "co_insurance": _number(told.co_insurance),
        "co_pay": _number(told.co_pay),
        "limitation": _limitation(told.limitation) if told.limitation else None,
    }


def _limitation(limitation: Limitation) -> dict[str, Any]:
    return {
        "no_of_total_visits": limitation.total_visits,
        "no_of_visits_remaining": limitation.visits_remaining,
        "amount_remaining": _number(limitation.amount_remaining),
    }


def _number(amount: Decimal | None) -> float | None:
    # A double prints an amount of two decimals as it was written.
    return None if amount is None else float(amount)
