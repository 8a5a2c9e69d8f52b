"""Answers of the clinic: JSON, errors under `errors` (clinic insurances API: Error Responses)."""

import json
from collections.abc import Mapping, Sequence

from starlette.responses import Response

Errors = str | Mapping[str, Sequence[str]]

NOT_AUTHORIZED = "You are not authorized to perform this action."


class Problem(Exception):
    """A request that ends with an error: one sentence, or messages by field."""

    def __init__(self, status: int, errors: Errors) -> None:
        super().__init__(f"answered with {status}")
        self.status = status
        self.errors = errors


def json_answer(body: object, status: int = 200) -> Response:
    """An answer whose body is this."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode(), status, media_type="application/json; charset=utf-8")


def problem_answer(problem: Problem) -> Response:
    """The error, as the clinic writes it."""
    return json_answer({"errors": problem.errors}, problem.status)
