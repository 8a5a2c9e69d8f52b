"""What a hostile or broken upstream may send, and the look at whatever came of it."""

import copy
import json
import traceback
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import msgspec
from hypothesis import strategies as st

from connectors.errors import UpstreamError
from connectors.fhir.coverage import Coverage

SECRET = "S3CRET"

ODD: st.SearchStrategy[object] = st.sampled_from(
    [
        *(None, True, 0, -1, 0.1, 1e308, 2**80, "", SECRET, "\x00", "2024-13", "1e999999999"),
        *([], [None], {}, [[]], {"x": {}}),
    ]
)
JSON = st.recursive(
    ODD | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def look_at(told: object) -> None:
    """Reads every public attribute there is, to the last one."""
    if isinstance(told, tuple):
        for item in told:
            look_at(item)
    elif isinstance(told, msgspec.Struct):
        assert repr(told) == f"<{type(told).__name__}>"
        for name in dir(told):
            if not name.startswith("_"):
                look_at(getattr(told, name))
        if isinstance(told, Coverage):
            told.covers(date(2025, 6, 1))


async def ends_well(question: Callable[[], Awaitable[object]], system: str) -> None:
    """The question ends as a record or as a coded error that repeats nothing of the answer."""
    failure = None
    try:
        look_at(await question())
    except UpstreamError as error:
        failure = error
    if failure:
        assert str(failure) == f"{system} {failure.sentence}"
        assert SECRET not in "".join(traceback.format_exception(failure))


def places(value: object, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths to every value within a JSON value."""
    inner: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [here, *(path for step, one in inner for path in places(one, (*here, step)))]


def replaced(value: Any, path: tuple[str | int, ...], new: object) -> Any:
    """The JSON value with another one at a path."""
    if not path:
        return new
    value[path[0]] = replaced(value[path[0]], path[1:], new)
    return value


@st.composite
def mutated(draw: st.DrawFn, body: bytes) -> bytes:
    """A body in which one to three values are others."""
    value = json.loads(body)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places(value)))
        value = replaced(value, path, copy.deepcopy(draw(JSON)))
    return json.dumps(value).encode()


@st.composite
def damaged(draw: st.DrawFn, body: bytes) -> bytes:
    """A body cut short, or with one byte that is another."""
    at = draw(st.integers(0, len(body) - 1))
    byte = draw(st.binary(max_size=2))
    return body[:at] + byte + body[at + len(byte) :] if byte else body[:at]
