"""People as Canvas spells them: elements, their order, coding systems (Canvas: Coverage, Patient, …)."""

from typing import Any, NamedTuple

from sandbox.ids import uuid
from sandbox.people import Coverage, Link, Payor, Period, Person, Relative

Resource = dict[str, Any]

_ALWAYS = {"start": "0001-01-01T00:00:00+00:00", "end": "9999-12-31T23:59:59.999999+00:00"}
_V2_0203 = "http://terminology.hl7.org/CodeSystem/v2-0203"
_TYPE_DISPLAYS = {
    "PPO": "Preferred provider organization policy",
    "HMO": "Health maintenance organization policy",
    "POS": "Point of service policy",
    "EHCPOL": "Extended healthcare",
    "HSAPOL": "Health spending account",
    "MILITARY": "Military health program",
    "pay": "Pay",
}


class Systems(NamedTuple):
    """The coding systems of one Canvas instance; a member number identifier only came with the newer ones."""

    type: str
    relationship: str
    coverage_class: str
    member_identifier: bool


SYSTEMS = {
    "valueset": Systems(
        "http://hl7.org/fhir/ValueSet/coverage-type",
        "http://hl7.org/fhir/ValueSet/subscriber-relationship",
        "http://hl7.org/fhir/ValueSet/coverage-class",
        member_identifier=False,
    ),
    "terminology": Systems(
        "http://terminology.hl7.org/CodeSystem/v3-ActCode",
        "http://terminology.hl7.org/CodeSystem/subscriber-relationship",
        "http://terminology.hl7.org/CodeSystem/coverage-class",
        member_identifier=True,
    ),
}


def coverage(it: Coverage, systems: Systems) -> Resource:
    """A Coverage resource, in the order of the documentation's example."""
    resource: Resource = {"resourceType": "Coverage", "id": it.id}
    if systems.member_identifier:
        resource["identifier"] = [member_identifier(it.member_id)]
    resource |= {
        "status": it.status,
        "type": {"coding": [coverage_type(it.type, systems)]},
        "subscriber": _reference(it.subscriber),
        "subscriberId": it.member_id,
        "beneficiary": {"reference": f"Patient/{it.beneficiary}", "type": "Patient"},
        "relationship": relationship(it.relationship, it.x12, systems),
    }
    if it.period:
        resource["period"] = _period(it.period)
    resource["payor"] = [_reference(it.payor)]
    if it.classes:
        resource["class"] = [coverage_class(code, value, systems) for code, value in it.classes]
    return resource | {"order": it.order}


def member_identifier(value: str) -> Resource:
    """The member number as an identifier (HL7 v2 table 0203: MB)."""
    return {
        "type": {"coding": [{"system": _V2_0203, "code": "MB", "display": "Member Number"}]},
        "value": value,
    }


def coverage_type(code: str, systems: Systems) -> Resource:
    """A coding of the coverage's type; only those that the insurer has configured are displayed."""
    display = _TYPE_DISPLAYS.get(code)
    return {"system": systems.type, "code": code} | ({"display": display} if display else {})


def relationship(code: str, x12: str | None, systems: Systems) -> Resource:
    """The relationship to the subscriber; its text is the X12 code."""
    coding = {"system": systems.relationship, "code": code, "display": code.capitalize()}
    return {"coding": [coding]} | ({"text": x12} if x12 else {})


def coverage_class(code: str, value: str, systems: Systems) -> Resource:
    """One class of a coverage; Canvas gives it no name."""
    return {"type": {"coding": [{"system": systems.coverage_class, "code": code}]}, "value": value}


def patient(it: Person) -> Resource:
    """A Patient resource; the first identifier is Canvas's own number."""
    return {
        "resourceType": "Patient",
        "id": it.id,
        "identifier": [_mrn(it.mrn), *(_external(it.id, *identifier) for identifier in it.identifiers)],
        "active": it.active,
        "name": _names(it),
        "telecom": [
            {
                "id": str(uuid("phone", it.id)),
                "system": "phone",
                "value": it.phone,
                "use": "mobile",
                "rank": 1,
            },
            {"id": str(uuid("email", it.id)), "system": "email", "value": it.email, "use": "home", "rank": 1},
        ],
        "gender": it.gender,
        "birthDate": it.birth_text,
        "deceasedBoolean": False,
    }


def organization(it: Payor) -> Resource:
    """An insurer's Organization resource; Canvas shows no payer id in it."""
    address = {"line": ["1 Example Plaza"], "city": it.city, "state": it.state, "postalCode": it.postal_code}
    return {
        "resourceType": "Organization",
        "id": it.id,
        "active": True,
        "name": it.name,
        "telecom": [{"system": "phone", "value": it.phone, "use": "work"}],
        "address": [{"use": "work", "type": "both", **address}],
    }


def related_person(it: Relative) -> Resource:
    """A RelatedPerson who is not a patient: the name is one text."""
    return {
        "resourceType": "RelatedPerson",
        "id": it.id,
        "active": True,
        "patient": {"reference": f"Patient/{it.patient}", "type": "Patient"},
        "name": [{"text": it.name}],
    }


def _names(it: Person) -> list[Resource]:
    if it.text_only:
        return [{"text": it.name}]
    official = {"use": "official", "family": it.family, "given": list(it.given), "period": _ALWAYS}
    nickname = {"use": "nickname", "given": [it.nickname], "period": _ALWAYS}
    return [official, nickname] if it.nickname else [official]


def _mrn(value: str) -> Resource:
    return {
        "use": "usual",
        "type": {"coding": [{"system": _V2_0203, "code": "MR"}]},
        "system": "http://canvasmedical.com",
        "value": value,
        "assigner": {"display": "Canvas Medical"},
    }


def _external(patient_id: str, system: str, value: str) -> Resource:
    period = {"start": "1970-01-01", "end": "2100-12-31"}
    id_ = str(uuid("identifier", patient_id, system))
    return {"id": id_, "use": "usual", "system": system, "value": value, "period": period}


def _period(it: Period) -> Resource:
    start, end = it.start_text or it.start, it.end_text or it.end
    return ({"start": start} if start else {}) | ({"end": end} if end else {})


def _reference(it: Link) -> Resource:
    kind = {"type": it.reference.partition("/")[0]} if "/" in it.reference else {}
    return {"reference": it.reference, **kind} | ({"display": it.display} if it.display else {})
