"""Creating person informations and dependents (clinic insurances API: Create)."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_201_CREATED, HTTP_400_BAD_REQUEST, HTTP_422_UNPROCESSABLE_CONTENT

from sandbox.clinic.answers import Problem, json_answer
from sandbox.clinic.tables import Row, Tables
from sandbox.enrolment import masked

RELATIONSHIPS = ("spouse", "child", "parent", "other")

_SSN = re.compile(r"\d{3}-\d{2}-\d{4}")
_BLANK = "can't be blank"
_INVALID = "is invalid"
_NOBODY = "must exist"


class Writes:
    """The endpoints that create something; sent twice it is there twice. `clock` tells seconds since 1970."""

    def __init__(self, tables: Tables, clock: Callable[[], float]) -> None:
        self._tables = tables
        self._clock = clock

    async def person_information(self, request: Request) -> Response:
        """201 and the new row; 422 and what is wrong, by field."""
        sent = await _sent(request, "person_information")
        required = ("ownable_id", "ownable_type", "first_name", "last_name", "date_of_birth")
        errors = _errors(sent, required) | self._owner(sent, "ownable_id")
        if sent.get("ownable_type") not in (None, "", "Patient"):
            errors["ownable_id"] = [_NOBODY]
        return self._created(
            "person_informations", errors, _chosen(sent, (*required, "ssn", "phone", "email"))
        )

    async def dependent(self, request: Request) -> Response:
        """201 and the new row; 422 and what is wrong, by field."""
        sent = await _sent(request, "dependent")
        required = ("primary_holder_id", "first_name", "last_name", "date_of_birth", "relationship")
        errors = _errors(sent, required) | self._owner(sent, "primary_holder_id")
        if sent.get("relationship") and sent["relationship"] not in RELATIONSHIPS:
            errors["relationship"] = ["is not included in the list"]
        return self._created("dependents", errors, _chosen(sent, (*required, "ssn")))

    def _owner(self, sent: Mapping[str, Any], name: str) -> dict[str, list[str]]:
        owner = sent.get(name)
        return {} if isinstance(owner, int) and owner in self._tables.patients else {name: [_NOBODY]}

    def _created(self, table: str, errors: Mapping[str, list[str]], row: Row) -> Response:
        if errors:
            raise Problem(HTTP_422_UNPROCESSABLE_CONTENT, errors)
        rows = getattr(self._tables, table)
        now = datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="milliseconds")
        now = now.replace("+00:00", "Z")
        kept = {"id": rows.next_id(), **row, "ssn": masked(row["ssn"]), "created_at": now, "updated_at": now}
        rows.add(kept)
        return json_answer(kept, HTTP_201_CREATED)


async def _sent(request: Request, root: str) -> dict[str, Any]:
    """What is under the root key."""
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise Problem(HTTP_400_BAD_REQUEST, "Error occurred while parsing request parameters") from None
    sent = body.get(root) if isinstance(body, dict) else None
    if not isinstance(sent, dict) or not sent:
        raise Problem(HTTP_400_BAD_REQUEST, f"param is missing or the value is empty: {root}")
    return sent


def _chosen(sent: Mapping[str, Any], names: tuple[str, ...]) -> Row:
    """Only what the documentation knows is kept."""
    return {name: sent.get(name) for name in names}


def _errors(sent: Mapping[str, Any], required: tuple[str, ...]) -> dict[str, list[str]]:
    errors = {name: [_BLANK] for name in required if not str(sent.get(name) or "").strip()}
    if "date_of_birth" not in errors and not _is_date(sent["date_of_birth"]):
        errors["date_of_birth"] = [_INVALID]
    if sent.get("ssn") is not None and not (isinstance(sent["ssn"], str) and _SSN.fullmatch(sent["ssn"])):
        errors["ssn"] = [_INVALID]
    return errors


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
