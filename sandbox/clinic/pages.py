"""Pages of a list, in one of three envelopes (clinic insurances API: page, page_size)."""

import re
from collections.abc import Mapping, Sequence

from sandbox.clinic.switches import Switches

_POSITIVE = re.compile(r"0*[1-9][0-9]{0,8}")


def page(name: str, rows: Sequence[object], query: Mapping[str, str], switches: Switches) -> object:
    """The page asked for; beyond the last one there is nothing in it. Pages are counted from 1."""
    number = _number(query.get("page"), 1)
    size = min(_number(query.get("page_size"), switches.page_size), switches.page_cap)
    these = rows[(number - 1) * size : number * size]
    match switches.envelope:
        case "bare":
            return these
        case "data":
            return {"data": these}
        case "plural":
            return {name: these, "pagination": _pagination(number, size, len(rows))}


def _number(text: str | None, otherwise: int) -> int:
    """A positive number; anything else is as if it had not been said."""
    return int(text) if text and _POSITIVE.fullmatch(text) else otherwise


def _pagination(number: int, size: int, total: int) -> dict[str, int]:
    return {
        "current_page": number,
        "total_pages": -(-total // size),
        "total_count": total,
        "per_page": size,
    }
