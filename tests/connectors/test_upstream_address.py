"""Where requests go: no id, parameter or link changes that."""

import asyncio
from contextlib import aclosing
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.address import Root
from connectors.errors import BadResponse, InvalidKey
from connectors.upstream import Upstream
from tests.connectors.loopback import answer, speaking
from tests.connectors.over_httpx import OverHttpx

HOSTILE = [
    "../admin", "..%2fadmin", "%2e%2e", "%2E%2E%2Fadmin", "....//", "a/b", "a//b", "/", "//evil.example",
    "\\", "..\\", "a?b=c", "?", "a#b", "#", "a&b", "a=b", "a;b", ";jsessionid=1", "a:b", "a@b",
    "u:p@evil.example", "http://evil.example/", "%", "%00", "%0d%0a", "%zz", "%252f", "a b", " ", "+", "a+b",
    "*", "~", "'", '"><b>', "${jndi:ldap://x}", "{id}", "[1]",
    "|", "^", "`", "é", "患者", "😀", "...", "$everything", "_search", ",",
]  # fmt: skip
NAMELESS = [
    "", ".", "..", "\r\nX: 1", "a\nb", "a\rb", "\0", "a\0", "a\tb", "\x7f", "\x85", "\u2028", "\ud800",
    "a" * 257,
]  # fmt: skip


async def test_no_id_changes_the_shape_of_an_address() -> None:
    """Each hostile id arrives at a real server as exactly one path segment, and as it was."""
    targets = []

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        targets.append(head.split(b"\r\n")[0].decode())
        writer.write(answer(b"{}"))

    async with speaking(speak) as url, aclosing(Upstream("canvas", f"{url}/fhir/v1/")) as api:
        for id_ in HOSTILE:
            await api.get("Patient", id_, "x", params={"patient": id_, "_count": "1"})
    for id_, target in zip(HOSTILE, targets, strict=True):
        path, _, query = target.removeprefix("GET ").removesuffix(" HTTP/1.1").partition("?")
        assert [unquote(part) for part in path.split("/")] == ["", "fhir", "v1", "Patient", id_, "x"]
        assert [unquote(part) for part in query.split("&")] == [f"patient={id_}", "_count=1"]


@given(
    st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=4), st.dictionaries(st.text(), st.text())
)
def test_every_text_is_refused_or_arrives(segments: list[str], params: dict[str, str]) -> None:
    """A segment or parameter is sent so that it decodes to itself, or not at all."""
    try:
        url = httpx.URL(Root("https://fhir.example/r4").url(tuple(segments), params))
    except InvalidKey:
        return
    path, _, query = url.raw_path.partition(b"?")
    assert [unquote(part) for part in path.decode().split("/")] == ["", "r4", *segments]
    pairs = [tuple(map(unquote, pair.split("="))) for pair in query.decode().split("&") if params]
    assert pairs == list(params.items())


@pytest.mark.parametrize("position", [0, 1])
@pytest.mark.parametrize("segment", NAMELESS, ids=range(len(NAMELESS)))
def test_what_can_name_nothing_is_refused(segment: str, position: int) -> None:
    """Empty, dotted, unprintable and endless segments go nowhere, and the message does not repeat them."""
    segments = ["Patient", "Patient"]
    segments[position] = segment
    with pytest.raises(InvalidKey) as raised:
        Root("https://fhir.example").url(tuple(segments), {})
    assert not segment.strip(".") or segment not in str(raised.value)


@pytest.mark.parametrize("value", ["a\0", "\ud800", "a" * 100_000], ids=["nul", "surrogate", "endless"])
def test_a_value_that_cannot_be_sent_is_refused(value: str) -> None:
    """A search value without a UTF-8 form, with NUL, or too long for any URL is the client's mistake."""
    with pytest.raises(InvalidKey):
        Root("https://fhir.example").url(("Patient",), {"name": value})


def test_line_breaks_in_a_value_are_encoded() -> None:
    """A search value may hold line breaks; they arrive as such."""
    url = Root("https://fhir.example").url(("Patient",), {"name": "a\r\nX-Evil: 1"})
    assert httpx.URL(url).raw_path == b"/Patient?name=a%0D%0AX-Evil%3A%201"


@pytest.mark.parametrize(
    "url",
    [
        "", "fhir.example", "ftp://fhir.example", "https://", "https:///x", "https://u:p@fhir.example",
        "https://fhir.example?x=1", "https://fhir.example/#x", "/fhir",
    ],
)  # fmt: skip
def test_an_address_is_http_and_holds_no_secret(url: str) -> None:
    """A base that is no http address, or says more than one, is refused when the upstream is made."""
    with pytest.raises(ValueError, match="address of an upstream"):
        Upstream("canvas", url)


@pytest.mark.parametrize(
    ("base", "link", "target"),
    [
        ("https://h.example", "/Coverage?_offset=10", "https://h.example/Coverage?_offset=10"),
        ("https://h.example/", "Coverage?_offset=10", "https://h.example/Coverage?_offset=10"),
        ("https://h.example", "https://h.example/Coverage?a=%2F1", "https://h.example/Coverage?a=%2F1"),
        ("https://h.example", "HTTPS://H.EXAMPLE:443/x", "https://h.example/x"),
        ("https://h.example", "//h.example/x", "https://h.example/x"),
        ("https://h.example/fhir", "/Coverage?a=1", "https://h.example/fhir/Coverage?a=1"),
        ("https://h.example/fhir/", "/fhir/Coverage?a=1", "https://h.example/fhir/Coverage?a=1"),
        ("https://h.example/fhir", "/fhir?_getpages=1", "https://h.example/fhir?_getpages=1"),
        ("https://h.example/fhir", "//h.example/x", "https://h.example/x"),
        ("https://h.example/fhir", "/fhirs?a=1", "https://h.example/fhir/fhirs?a=1"),
        ("https://h.example/fhir", "Coverage?a=1", "https://h.example/fhir/Coverage?a=1"),
        ("https://h.example/fhir", "https://h.example/other?a=1", "https://h.example/other?a=1"),
    ],
)  # fmt: skip
async def test_a_link_is_followed_where_it_points(base: str, link: str, target: str) -> None:
    """A link is followed in each form that an upstream may print it in."""
    seen = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200, json={})

    await Upstream("canvas", base, client=OverHttpx(httpx.MockTransport(handler))).follow(link)
    assert seen == [target]


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/Coverage", "//evil.example/Coverage", "http://h.example/Coverage",
        "https://h.example:444/Coverage", "https://u:p@h.example/Coverage", "https://h.example@evil.example/",
        "https://h.example.evil.example/", "ftp://h.example/", "javascript:alert(1)", "file:///etc/passwd",
        "https://h.example:x/", "https://[::1/", "/a\r\nX: 1", "/a\0", "/\ud800",
        "https://h.example\\@evil.example/", "/" + "a" * 100_000,
    ],
    ids=range(17),
)  # fmt: skip
async def test_a_link_to_elsewhere_is_not_followed(link: str) -> None:
    """A link to another origin, with credentials or without meaning is a bad answer; nothing is sent."""

    def handler(request: httpx.Request) -> httpx.Response:
        pytest.fail("sent")

    with pytest.raises(BadResponse):
        await Upstream("canvas", "https://h.example", client=OverHttpx(httpx.MockTransport(handler))).follow(
            link
        )


PIECES = st.sampled_from(
    [
        "http:",
        "https:",
        "/",
        "//",
        "\\",
        "@",
        ":",
        "?",
        "#",
        ".",
        "..",
        "h.example",
        "evil.example",
        "443",
        "%2f",
        " ",
    ]
)


@given(st.lists(PIECES | st.text(max_size=3), max_size=8).map("".join))
def test_no_link_leaves_the_origin(link: str) -> None:
    """However a link is put together, what comes of it is at the origin, without credentials, or nothing."""
    linked = Root("https://h.example/fhir").linked(link)
    url = None if linked is None else httpx.URL(linked)
    assert url is None or (url.scheme, url.host, url.port, url.userinfo) == ("https", "h.example", None, b"")
