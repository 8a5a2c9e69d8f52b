"""What was asked about: X12 service type codes (element 1365, EB03)."""

from connectors.record import Record

TEXTS = {
    "1": "Medical Care",
    "30": "Health Benefit Plan Coverage",
    "33": "Chiropractic",
    "35": "Dental Care",
    "42": "Home Health Care",
    "45": "Hospice",
    "47": "Hospital",
    "48": "Hospital - Inpatient",
    "50": "Hospital - Outpatient",
    "86": "Emergency Services",
    "88": "Pharmacy",
    "93": "Podiatry",
    "98": "Professional (Physician) Visit - Office",
    "A4": "Psychiatric",
    "A6": "Psychotherapy",
    "AD": "Occupational Therapy",
    "AE": "Physical Medicine",
    "AF": "Speech Therapy",
    "AL": "Vision (Optometry)",
    "MH": "Mental Health",
    "PT": "Physical Therapy",
    "UC": "Urgent Care",
}


class ServiceType(Record, frozen=True, kw_only=True):
    """A service type: the code as sent, and its X12 text; None for a code that is not in our table."""

    code: str
    text: str | None = None


def service_type(code: str | None) -> ServiceType | None:
    """The service type that `code` names; None when there is no code."""
    return ServiceType(code=code, text=TEXTS.get(code.strip().upper())) if code else None
