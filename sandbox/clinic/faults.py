"""What can be wrong with the clinic's lists although HTTP and JSON are fine."""

from collections.abc import Callable
from typing import Any

from sandbox.faults import Act, edit_json


def foreign_row() -> Act:
    """A list has its first row once more, as somebody else's: of another owner, holder or carrier."""
    others = {"ownable_id": 1, "primary_holder_id": 1, "carrier": "Somebody Else"}
    return edit_json(_with_rows(lambda row: row | {key: others[key] for key in others if key in row}))


def bad_row() -> Act:
    """A list has its first row once more, with values of the wrong JSON types."""
    return edit_json(_with_rows(lambda row: row | {"id": "seventy", "first_name": 7, "plan_name": []}))


def _with_rows(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Any], object]:
    def edited(body: Any) -> object:
        rows = body if isinstance(body, list) else next(it for it in body.values() if isinstance(it, list))
        rows.append(change(rows[0]))
        return body

    return edited
