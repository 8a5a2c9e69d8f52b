"""Each response field that the documents list, in their order; below an object or an entry, its own."""

from collections.abc import Iterable


def below(path: str, names: Iterable[str]) -> list[str]:
    """The names, each under that path."""
    return [f"{path}.{name}" for name in names]


STAMPS = ["created_at", "updated_at"]
PERSON = ["id", "first_name", "last_name", "date_of_birth", "ssn", *STAMPS]

PERSON_INFORMATION = [*PERSON, "ownable_id", "ownable_type", "phone", "email"]
DEPENDENT = [*PERSON, "primary_holder_id", "relationship"]
INSURANCE_PLAN = [
    *("id", "plan_name", "carrier", "plan_type", "active", *STAMPS, "coverage_details"),
    *below("coverage_details", ["deductible", "copay", "out_of_pocket_max"]),
]

NETWORK_BENEFITS = [
    *("individual_deductible_year", "individual_deductible_remaining"),
    *("family_deductible_year", "family_deductible_remaining"),
    *("individual_out_of_pocket_year", "individual_out_of_pocket_remaining"),
    *("family_out_of_pocket_year", "family_out_of_pocket_remaining"),
    *("co_insurance", "co_pay", "limitation"),
    *below("limitation", ["no_of_total_visits", "no_of_visits_remaining", "amount_remaining"]),
]
SUBSCRIBER_DETAILS = [
    *("first_name", "last_name", "middle_name", "sex", "date_of_birth"),
    *("address_line", "city", "state", "zip_code"),
]
PLAN_DETAILS = [
    *("payer_id", "payer_name", "insurance_number", "plan_name", "plan_type"),
    *("plan_start_date", "plan_end_date", "group_name", "group_number", "active"),
]
RESPONSE = [
    *("enquiry_id", "channel_id", "date_of_service", "service_code", "place_of_service"),
    *("prior_authorization_required", "service_eligibility_coverage", "non_covered_services_flag"),
    *("in_plan_network", "plan_details", "subscriber_details", "in_network", "out_of_network"),
    "in_plan_network_confidence_score",
    *below("plan_details", PLAN_DETAILS),
    *below("subscriber_details", SUBSCRIBER_DETAILS),
    *below("in_network", NETWORK_BENEFITS),
    *below("out_of_network", NETWORK_BENEFITS),
]
RECORD = [
    *("eligibility_enquiry_id", "insurance_number", "payer_id", "payer_name"),
    *("patient_first_name", "patient_last_name", "patient_dob", "patient_relation"),
    *("provider_npi", "provider_first_name", "provider_last_name"),
    *("date_of_service", "service_code", "place_of_service"),
    *("patient_id", "clinic_id", "organisation_id"),
    *("timestamp", "channel_id", "status", "response", "errors[]"),
    *below("response", RESPONSE),
]
PAGED_DATA = ["content[]", "total_elements", "total_pages", "page", "size", *below("content[]", RECORD)]
ELIGIBILITY_HISTORY = ["code", "data", "message", *below("data", PAGED_DATA)]

DOCUMENTED = {
    "personInformation": PERSON_INFORMATION,
    "dependents": DEPENDENT,
    "insurancePlans": INSURANCE_PLAN,
    "eligibilityHistory": ELIGIBILITY_HISTORY,
}
"""By the root field that tells them."""

NOT_IN_THE_EXAMPLES = below(
    "data.content[].response",
    ["plan_details.group_name", "plan_details.group_number", "subscriber_details.middle_name"],
)
"""Those that the documents list and their own examples lack."""
