import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.graphql.negotiation import GRAPHQL, JSON, answer_type, is_json_in_utf8, prefers_html

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}; charset=utf-8, {JSON}; charset=utf-8", GRAPHQL),
        (f"{JSON}, {GRAPHQL}", GRAPHQL),
        (f"{JSON}, {GRAPHQL};q=0.9", JSON),
        (f"{GRAPHQL};q=0.5, {JSON};q=0.4", GRAPHQL),
        (f"{JSON}, text/plain, */*", JSON),
        (f"{JSON};q=0.2, */*;q=0.8", GRAPHQL),
        (f"{JSON};q=0, */*", GRAPHQL),
        (f"{GRAPHQL};q=0, */*", JSON),
        ("APPLICATION/GraphQL-Response+JSON", GRAPHQL),
        (BROWSER, JSON),
        ("text/html", None),
        ("image/*, text/plain;q=0.5", None),
        (f"{JSON};q=0", None),
        ("*/*;q=0", None),
        (f"{JSON};q=nan", None),
        (f"{JSON};q=2", None),
        (";;,,;q=,=", None),
    ],
)
def test_answer_type(accept: str | None, expected: str | None) -> None:
    """The media type that the client wants most is the one it gets; unnamed, it is application/json."""
    assert expected == answer_type(accept)


@given(st.text())
def test_any_accept_is_read(accept: str) -> None:
    """No Accept header is an error; at worst it accepts nothing."""
    assert answer_type(accept) in {GRAPHQL, JSON, None}


@pytest.mark.parametrize(
    ("accept", "expected"),
    [(BROWSER, True), ("text/*", True), ("*/*", False), (None, False), ("text/html;q=0.1, */*;q=0.2", False)],
)
def test_prefers_html(accept: str | None, *, expected: bool) -> None:
    """Only who wants a page more than data gets one."""
    assert expected is prefers_html(accept)


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", True),
        ("Application/JSON ; Charset=UTF-8", True),
        ('application/json; charset="utf-8"', True),
        ("application/json; profile=x", True),
        ("application/json; charset=iso-8859-1", False),
        ("application/json; charset=utf-16", False),
        ("application/graphql", False),
        ("text/plain", False),
        ("application/x-www-form-urlencoded", False),
        ("multipart/form-data; boundary=application/json", False),
        ("text/plain; application/json", False),
        ("", False),
    ],
)
def test_is_json_in_utf8(content_type: str, *, expected: bool) -> None:
    """A body is read only when it says to be JSON in UTF-8: a foreign page cannot say so unasked."""
    assert expected is is_json_in_utf8(content_type)
