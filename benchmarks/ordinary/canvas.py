"""From the EHR's FHIR resources to what is shown."""

from collections.abc import Iterable, Sequence

import strawberry

from app.settings import IdentitySettings
from benchmarks.ordinary.codes import CoverageStatusCode, LinkState, RelationshipCode
from benchmarks.ordinary.coverage import (
    Coverage,
    CoverageStatus,
    CoverageType,
    HumanName,
    Organization,
    Period,
    Reference,
    Relationship,
)
from benchmarks.ordinary.patient import Link, Links, Patient
from benchmarks.ordinary.values import Json, coded, day

CANVAS_MRN = "http://canvasmedical.com"


def patient(identity: IdentitySettings, resource: Json) -> Patient:
    """Whose links are told by the identifier systems of the settings."""
    known = _identifiers(resource.get("identifier", ()))
    return Patient(
        id=strawberry.ID(resource["id"]),
        name=human_name(resource),
        birth_date=day(resource.get("birthDate")),
        mrn=next(iter(known.get(CANVAS_MRN, ())), None),
        links=Links(
            clinic=_link(known.get(identity.clinic_system, ())),
            eligibility=_link(known.get(identity.eligibility_system, ())),
            clinik=_link(known.get(identity.clinik_system, ())),
        ),
    )


def _identifiers(sent: Iterable[Json]) -> dict[str, list[str]]:
    """The values by their system, each once."""
    known: dict[str, list[str]] = {}
    for one in sent:
        values = known.setdefault(one.get("system", ""), [])
        if one.get("use") != "old" and one["value"] not in values:
            values.append(one["value"])
    return known


def _link(values: Sequence[str]) -> Link:
    if len(values) == 1:
        return Link(state=LinkState.LINKED, id=strawberry.ID(values[0]))
    return Link(state=LinkState.AMBIGUOUS if values else LinkState.NOT_LINKED, id=None)


def human_name(resource: Json) -> HumanName | None:
    """The official name, else the usual one, else the first."""
    rank = {"official": 0, "usual": 1}
    name = min(resource.get("name", ()), key=lambda it: rank.get(it.get("use"), 2), default=None)
    if name is None:
        return None
    return HumanName(text=name.get("text") or " ".join((*name.get("given", ()), name.get("family", ""))))


def coverage(resource: Json) -> Coverage:
    """Of several payors the first one counts."""
    payors = resource.get("payor")
    payor = _reference(payors[0]) if payors else None
    classes = resource.get("class", ())
    type_, relationship, period = (resource.get(name) for name in ("type", "relationship", "period"))
    return Coverage(
        id=strawberry.ID(resource["id"]),
        status=CoverageStatus(code=coded(CoverageStatusCode, resource.get("status"))),
        type=CoverageType(code=_code(type_)) if type_ else None,
        member_id=_member_id(resource),
        relationship=Relationship(code=coded(RelationshipCode, _code(relationship)))
        if relationship
        else None,
        period=Period(start=day(period.get("start")), end=day(period.get("end"))) if period else None,
        order=resource.get("order"),
        group_number=_class(classes, "group"),
        payor_name=payor.display if payor else None,
        plan_name=_class(classes, "plan"),
        beneficiary=_reference(resource.get("beneficiary")),
        subscribed=_reference(resource.get("subscriber")),
        paid=payor,
    )


def _member_id(resource: Json) -> str | None:
    """The identifier of type MB (HL7 v2-0203), else the subscriber's number."""
    numbers = (one["value"] for one in resource.get("identifier", ()) if _code(one.get("type")) == "MB")
    return next(numbers, None) or resource.get("subscriberId")


def _reference(sent: Json | None) -> Reference | None:
    if sent is None:
        return None
    type_, _, id_ = sent.get("reference", "").rpartition("/")
    return Reference(type_, id_, sent.get("display", "").strip() or None)


def _code(concept: Json | None) -> str | None:
    codings = concept.get("coding") if concept else None
    return codings[0].get("code") if codings else None


def _class(classes: Iterable[Json], code: str) -> str | None:
    return next((one.get("name") or one["value"] for one in classes if _code(one["type"]) == code), None)


def organization(resource: Json) -> Organization:
    """Only what it is called is shown."""
    return Organization(name=resource.get("name"))
