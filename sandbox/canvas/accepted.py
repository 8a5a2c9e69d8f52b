"""What Canvas makes of a Coverage that it is sent: refused, or in the form in which it is read back."""

from collections.abc import Callable
from datetime import date
from typing import Any, NoReturn

from sandbox.book import X12
from sandbox.canvas import wire
from sandbox.canvas.outcomes import Outcome, RequestError, unprocessable
from sandbox.canvas.ranks import LAST_RANK
from sandbox.canvas.shapes import COVERAGE, issue, issues
from sandbox.canvas.store import Store
from sandbox.canvas.switches import Switches
from sandbox.canvas.wire import Resource
from sandbox.population import Population

CLAIM_MD = "https://www.claim.md/services/era/"

_RELATIONSHIPS = frozenset({"child", "spouse", "other", "self", "injured"})
_CLASSES = frozenset({"plan", "subplan", "group", "subgroup"})
_TYPES = """
ANNU AUTOPOL CANPRG CHAR COL CRIME DENTAL DENTPRG DIS DISEASE DISEASEPRG DRUGPOL EAP EHCPOL ENDRENAL EWB FLEXP
GOVEMP HIP HIRISK HIVAIDS HMO HSAPOL IND LIFE LTC MANDPOL MCPOL MENTPOL MENTPRG MILITARY PNC POS PPO PUBLICPOL
REI RETIRE SAFNET SOCIAL SUBPOL SUBPRG SUBSIDIZ SUBSIDMC SUBSUPP SURPL TLIFE ULIFE UMBRL UNINSMOT VET VISPOL
WCBPOL pay
"""


class Desk:
    """Takes bodies in. `today` is the date that a coverage without a start gets."""

    def __init__(
        self, store: Store, population: Population, switches: Switches, today: Callable[[], str]
    ) -> None:
        self._store = store
        self._payors = {payor.claim_md: payor.id for payor in population.payors}
        self._systems = wire.SYSTEMS[switches.code_systems]
        self._statuses = ("active", switches.removed_status)
        self._today = today

    def accepted(self, body: object, id_: str) -> Resource:
        """The resource to keep: only the elements that Canvas documents; the rest is dropped."""
        _require_form(body)
        assert isinstance(body, dict)
        if body["status"] not in self._statuses:
            _refuse("Unsupported status")
        resource: Resource = {"resourceType": "Coverage", "id": id_}
        if self._systems.member_identifier:
            resource["identifier"] = [wire.member_identifier(body["subscriberId"])]
        resource["status"] = body["status"]
        if "type" in body:
            resource["type"] = {"coding": [self._type(body["type"])]}
        resource |= {
            "subscriber": self._patient(body["subscriber"]),
            "subscriberId": body["subscriberId"],
            "beneficiary": self._patient(body["beneficiary"]),
            "relationship": self._relationship(body["relationship"]),
            "period": self._period(body.get("period", {})),
            "payor": [self._payor(body["payor"])],
        }
        if "class" in body:
            resource["class"] = [self._class(item) for item in body["class"]]
        return resource | {"order": body["order"]}

    def _type(self, concept: Resource) -> Resource:
        code = _code(concept, self._systems.type, frozenset(_TYPES.split()))
        return wire.coverage_type(code, self._systems)

    def _relationship(self, concept: Resource) -> Resource:
        code = _code(concept, self._systems.relationship, _RELATIONSHIPS)
        return wire.relationship(code, X12[code], self._systems)

    def _class(self, item: Resource) -> Resource:
        code = _code(item["type"], self._systems.coverage_class, _CLASSES)
        return wire.coverage_class(code, item["value"], self._systems)

    def _patient(self, reference: Resource) -> Resource:
        self._existing(reference["reference"], "Patient")
        return {"reference": reference["reference"], "type": "Patient"}

    def _payor(self, payors: list[Resource]) -> Resource:
        """By reference, or by the payer id at the clearinghouse; read back it is always the reference."""
        if len(payors) != 1:
            _refuse("Only one payor is supported")
        identifier = payors[0].get("identifier", {})
        known = self._payors.get(identifier.get("value")) if identifier.get("system") == CLAIM_MD else None
        reference = payors[0].get("reference", f"Organization/{known}")
        organization = self._existing(reference, "Organization")
        return {"reference": reference, "type": "Organization", "display": organization["name"]}

    def _existing(self, reference: str, type_: str) -> Resource:
        kind, _, id_ = reference.partition("/")
        resource = self._store.get(type_, id_) if kind == type_ else None
        return resource or _refuse(f"{type_} reference does not exist")

    def _period(self, period: Resource) -> Resource:
        start, end = period.get("start", self._today()), period.get("end")
        if not _is_date(start) or (end and not _is_date(end)):
            _refuse("Period must be given as dates")
        if end and end < start:
            _refuse("Period ends before it starts")
        return {"start": start} | ({"end": end} if end else {})


def _require_form(body: object) -> None:
    found = list(issues(body, COVERAGE))
    if not found and isinstance(body, dict):
        if body["resourceType"] != "Coverage":
            found.append(issue("value", ("body", "resourceType"), "unexpected value", "value_error.const"))
        if not 1 <= body["order"] <= LAST_RANK:
            found.append(issue("value", ("body", "order"), "must be between 1 and 5", "value_error.number"))
    if found:
        raise RequestError(Outcome(400, tuple(found)))


def _code(concept: Resource, system: str, codes: frozenset[str]) -> str:
    """The code of the only coding, in this instance's system and among those that may be written."""
    codings: list[dict[str, Any]] = concept.get("coding", [])
    if len(codings) != 1 or codings[0].get("system") != system or codings[0].get("code") not in codes:
        _refuse("Unsupported coding")
    return str(codings[0]["code"])


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _refuse(text: str) -> NoReturn:
    raise RequestError(unprocessable(text))
