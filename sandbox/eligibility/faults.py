"""What can be wrong with an eligibility answer although HTTP and JSON are fine."""

from collections.abc import Callable
from typing import Any

from sandbox.faults import Act, edit_json


def error_code(code: int = 2999) -> Act:
    """HTTP 200 whose body is an error, without data."""
    return edit_json(lambda body: {"code": code, "message": "Something went wrong"})


def foreign_record() -> Act:
    """The newest record is about another patient and another member number."""
    return edit_json(
        _with_first(lambda record: record | {"patient_id": 1, "insurance_number": "SOMEBODY-ELSE"})
    )


def bad_record() -> Act:
    """The newest record has values of the wrong JSON types."""
    return edit_json(_with_first(lambda record: record | {"timestamp": 7, "response": "yes", "errors": 3}))


def _with_first(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Any], object]:
    def edited(body: Any) -> object:
        content = body["data"]["content"]
        content[0] = change(content[0])
        return body

    return edited
