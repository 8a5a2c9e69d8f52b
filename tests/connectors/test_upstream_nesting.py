"""How deep JSON may be, counted without decoding it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.nesting import holds_more, nested_deeper

Json = st.recursive(
    st.none() | st.integers() | st.text('[]{}"\\a/é\n', max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text('[]{}"\\a', max_size=4), inner, max_size=3)
    ),
)


def depth(value: object) -> int:
    """How many arrays and objects lie around the innermost value."""
    match value:
        case dict():
            return 1 + max(map(depth, value.values()), default=0)
        case list():
            return 1 + max(map(depth, value), default=0)
    return 0


@given(Json, st.booleans())
def test_depth_is_counted_exactly(value: object, ascii_only: bool) -> None:  # noqa: FBT001 - hypothesis fills it
    """The bound is the depth itself, whatever brackets, quotes and backslashes the strings hold."""
    body = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert not nested_deeper(body, depth(value))
    assert nested_deeper(body, depth(value) - 1) or depth(value) == 0


@pytest.mark.parametrize("inner", ["[", "{", "]", '\\"[', "\\\\", "[" * 200, '\\\\\\"{{'])
def test_brackets_in_a_string_are_text(inner: str) -> None:
    """A flat body is flat, whatever its texts say."""
    body = f'{{"text": "{inner}", "other": ["{inner}"]}}'.encode()
    assert json.loads(body)
    assert not nested_deeper(body, 2)
    assert nested_deeper(body, 1)


@pytest.mark.parametrize("body", [b"", b'"', b'"[[[', b"]]]]", b"\\", b'[[[["\\'], ids=range(6))
def test_what_is_no_json_is_counted_too(body: bytes) -> None:
    """Broken text has some depth and breaks nothing."""
    assert not nested_deeper(body, 4)


@given(Json)
def test_values_are_counted_rather_too_many_than_too_few(value: object) -> None:
    """No body holds more values than are counted."""
    body = json.dumps(value).encode()
    assert values(value) <= 1 or holds_more(body, values(value) - 2)
    assert not holds_more(body, len(body))


def values(value: object) -> int:
    """How many there are, the whole among them; empty ones hold none."""
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return 1 + sum(map(values, inner))
