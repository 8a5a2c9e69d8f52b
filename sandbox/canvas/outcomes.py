"""Answers of the Canvas FHIR API: resources, and OperationOutcomes (Canvas: Errors)."""

import json
from collections.abc import Mapping
from typing import NamedTuple
from uuid import uuid4

from starlette.responses import Response

MEDIA_TYPE = "application/fhir+json"


class Issue(NamedTuple):
    """One issue of an OperationOutcome: a code of FHIR's issue-type, and the sentence."""

    code: str
    text: str


class Outcome(NamedTuple):
    """An OperationOutcome and the HTTP status that it comes with."""

    status: int
    issues: tuple[Issue, ...]


class RequestError(Exception):
    """A request that ends with an OperationOutcome."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(f"answered with {outcome.status}")
        self.outcome = outcome


BAD_REQUEST = Outcome(400, (Issue("invalid", "Bad request"),))
UNAUTHENTICATED = Outcome(401, (Issue("unknown", "Authentication failed"),))
NOT_SUPPORTED = Outcome(405, (Issue("not-supported", "Operation is not supported"),))
CHANGED = Outcome(412, (Issue("conflict", "Resource updated since If-Unmodified-Since date"),))


def unknown(resource_type: str, resource_id: str) -> Outcome:
    """No resource has that id."""
    return Outcome(404, (Issue("not-found", f"Unknown {resource_type} resource '{resource_id}'"),))


def unprocessable(text: str) -> Outcome:
    """The request is well formed and cannot be done."""
    return Outcome(422, (Issue("business-rule", text),))


def answer(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Response:
    """An answer with Canvas's correlation id, which support asks for."""
    return Response(body, status, {"fumage-correlation-id": str(uuid4()), **(headers or {})})


def resource_answer(resource: object, status: int = 200) -> Response:
    """An answer whose body is a resource."""
    body = json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode()
    return answer(status, body, {"Content-Type": MEDIA_TYPE})


def outcome_answer(outcome: Outcome) -> Response:
    """An answer whose body is an OperationOutcome."""
    issues = [
        {"severity": "error", "code": issue.code, "details": {"text": issue.text}} for issue in outcome.issues
    ]
    return resource_answer({"resourceType": "OperationOutcome", "issue": issues}, outcome.status)
