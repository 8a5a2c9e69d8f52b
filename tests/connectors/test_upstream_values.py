"""How many values a JSON text may hold, counted without decoding it."""

import json

from hypothesis import given
from hypothesis import strategies as st

from connectors.body import holds_more

Json = st.recursive(
    st.none() | st.integers() | st.text('[]{}"\\a/é\n', max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text('[]{}"\\a', max_size=4), inner, max_size=3)
    ),
)


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
