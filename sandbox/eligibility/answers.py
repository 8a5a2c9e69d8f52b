"""Answers of the eligibility service: all in `{code, data, message}` (eligibility v2: Error Response)."""

import json

from starlette.responses import Response

SUCCESS = 2000
INVALID = 4000
UNAUTHORIZED = 4001
NOT_FOUND = 4004


class Problem(Exception):
    """A request that ends with an error: an HTTP status, and the service's own code."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"answered with {status}")
        self.status = status
        self.code = code
        self.message = message


def json_answer(body: object, status: int = 200) -> Response:
    """An answer whose body is this."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode(), status, media_type="application/json")


def data_answer(data: object) -> Response:
    """A successful answer."""
    return json_answer({"code": SUCCESS, "data": data, "message": "Success"})


def problem_answer(problem: Problem) -> Response:
    """The error; `data` is null where the parameters were wrong, and not there otherwise."""
    body = {"code": problem.code, "message": problem.message}
    return json_answer(body | ({"data": None} if problem.code == INVALID else {}), problem.status)
