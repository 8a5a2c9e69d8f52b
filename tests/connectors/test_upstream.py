"""What each answer of an upstream means."""

import traceback
from collections.abc import AsyncIterator, Callable
from typing import Any, Literal

import httpx
import msgspec
import pytest

from connectors.errors import (
    BadResponse,
    Failed,
    Forbidden,
    InvalidKey,
    RateLimited,
    Refused,
    Rejected,
    TimedOut,
    Unreachable,
    UpstreamError,
)
from connectors.retry import Backoff
from connectors.upstream import Limits, Upstream
from tests.connectors.over_httpx import OverHttpx

BASE = "https://fhir.example"
SECRET = "5f0c2e7a9b1d4c3e"
LISTS = msgspec.json.Decoder(list[int])


async def no_sleep(seconds: float) -> None:
    """No time passes."""


def upstream(handler: Callable[[httpx.Request], Any], **limits: Any) -> Upstream:
    """An upstream that answers as the handler does, and never waits."""
    return Upstream(
        "canvas",
        BASE,
        client=OverHttpx(httpx.MockTransport(handler)),
        limits=Limits(**limits),
        backoff=Backoff(sleep=no_sleep),
    )


def answering(status: int, **content: Any) -> Upstream:
    """An upstream with one answer to everything."""
    return upstream(lambda _: httpx.Response(status, **content))


async def test_an_answer_is_its_bytes_and_its_source() -> None:
    """A JSON answer comes back whole, with the name of its upstream and a time that knows its zone."""
    reply = await answering(200, json=[1, 2]).get("Coverage")
    assert reply is not None
    assert reply.body == b"[1,2]"
    assert reply.source.system == "canvas"
    assert reply.source.fetched_at.tzinfo is not None


@pytest.mark.parametrize(
    "media",
    [
        "application/json",
        "application/fhir+json",
        "Application/JSON; charset=utf-8",
        "application/problem+json",
    ],
)
async def test_json_has_several_names(media: str) -> None:
    """Every application media type of JSON is accepted."""
    assert await answering(200, content=b"{}", headers={"content-type": media}).get() is not None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/html"},
        {"content-type": "text/json"},
        {"content-type": "application/jsonp"},
        {"content-type": "application/json", "content-encoding": "br"},
        {"content-type": "application/json", "content-encoding": "x-unknown"},
    ],
)
async def test_anything_but_plain_json_is_a_bad_response(headers: dict[str, str]) -> None:
    """A success without JSON, or with an encoding that was not asked for, is no answer."""

    async def body() -> AsyncIterator[bytes]:
        yield b"{}"

    with pytest.raises(BadResponse):
        await upstream(lambda _: httpx.Response(200, headers=headers, content=body())).get("Coverage")


@pytest.mark.parametrize("status", [404, 410])
async def test_not_there_is_none(status: int) -> None:
    """What is not there, or no longer, is None and no error."""
    assert await answering(status, json={"issue": []}).get("Coverage", "1") is None


@pytest.mark.parametrize("status", [404, 410])
async def test_a_page_that_says_not_found_is_no_answer(status: int) -> None:
    """A proxy's HTML does not say that there is no such record: it is told as unusable."""
    with pytest.raises(BadResponse):
        await answering(status, html="<h1>Not found</h1>").get("Coverage", "1")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (204, BadResponse),
        (301, BadResponse),
        (302, BadResponse),
        (304, BadResponse),
        (307, BadResponse),
        (308, BadResponse),
        (400, Rejected),
        (401, Refused),
        (403, Forbidden),
        (405, Rejected),
        (412, Rejected),
        (422, Rejected),
        (429, RateLimited),
        (500, Failed),
        (501, Failed),
        (502, Failed),
        (503, Failed),
        (504, Failed),
    ],
)
async def test_each_status_has_its_error(status: int, error: type[UpstreamError]) -> None:
    """A status means the same error everywhere, and the error names the upstream."""
    with pytest.raises(error) as raised:
        await answering(status, headers={"location": "https://elsewhere.example/"}).get("Coverage")
    assert type(raised.value) is error
    assert raised.value.system == "canvas"


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        (httpx.ConnectError, Unreachable),
        (httpx.ConnectTimeout, TimedOut),
        (httpx.PoolTimeout, Unreachable),
        (httpx.ReadTimeout, TimedOut),
        (httpx.WriteTimeout, TimedOut),
        (httpx.ReadError, Unreachable),
        (httpx.WriteError, Unreachable),
        (httpx.RemoteProtocolError, Unreachable),
        (httpx.LocalProtocolError, BadResponse),
        (httpx.DecodingError, BadResponse),
    ],
)
async def test_each_broken_exchange_has_its_error(
    broken: type[httpx.HTTPError], error: type[UpstreamError]
) -> None:
    """An exchange that broke means one of our errors, and nothing of the client's error goes with it."""

    def handler(request: httpx.Request) -> httpx.Response:
        raise broken(SECRET)

    with pytest.raises(error) as raised:
        await upstream(handler).get("Patient", SECRET)
    assert type(raised.value) is error
    assert SECRET not in "".join(traceback.format_exception(raised.value))


async def test_an_answer_is_read_up_to_the_bound() -> None:
    """Of an endless body no more is read than the bound allows."""
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1000
            yield b" " * 1000

    headers = {"content-type": "application/json"}
    api = upstream(lambda _: httpx.Response(200, headers=headers, content=endless()), most_bytes=5000)
    with pytest.raises(BadResponse):
        await api.get("Coverage")
    assert read == 6000


async def test_a_body_of_exactly_the_bound_is_an_answer() -> None:
    """The bound itself is allowed."""
    headers = {"content-type": "application/json"}
    api = upstream(lambda _: httpx.Response(200, headers=headers, content=b" " * 5000), most_bytes=5000)
    assert await api.get("Coverage") is not None


async def test_only_what_was_given_is_sent() -> None:
    """A request carries the given parameters in order and no others, asks for JSON, has no cookie."""
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={}, headers={"set-cookie": "session=1; Path=/"})

    api = upstream(handler)
    await api.get("Coverage", params={"patient": "Patient/1", "_count": "100"})
    await api.get("Coverage")
    assert [request.url.raw_path for request in seen] == [
        b"/Coverage?patient=Patient%2F1&_count=100",
        b"/Coverage",
    ]
    for request in seen:
        assert set(request.headers) == {"host", "accept", "accept-encoding", "user-agent"}
        assert request.headers["accept"] == "application/json"
        assert request.headers["accept-encoding"] == "identity"


async def test_a_form_goes_to_the_base_as_it_was_written() -> None:
    """Without segments a form is posted to the base itself, the slash at its end included."""
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    api = Upstream(
        "canvas", "https://acme.example/auth/token/", client=OverHttpx(httpx.MockTransport(handler))
    )
    await api.post_form(form={"grant_type": "client_credentials", "scope": "a b&c"})
    assert seen[0].method == "POST"
    assert str(seen[0].url) == "https://acme.example/auth/token/"
    assert seen[0].content == b"grant_type=client_credentials&scope=a+b%26c"


def test_a_body_of_the_right_shape_is_decoded() -> None:
    """Decoding gives what the decoder was made for."""
    assert answering(200).decode(LISTS, b"[1, 2]") == [1, 2]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'["5f0c2e7a9b1d4c3e"]',
        b"\xff\xfe",
        b"\xef\xbb\xbf[1]",
        b"[1] [2]",
        b"[NaN]",
    ],
    ids=["empty", "cut", "shape", "utf-16", "bom", "two", "nan"],
)
def test_what_cannot_be_decoded_is_a_bad_response(body: bytes) -> None:
    """Neither bytes that are no JSON nor JSON of another shape become a record."""
    with pytest.raises(BadResponse):
        answering(200).decode(LISTS, body)


@pytest.mark.parametrize("depth", [101, 200_000])
def test_what_is_too_deep_is_a_bad_response(depth: int) -> None:
    """A hundred levels are decoded; more are refused before anything recurses into them."""
    anything = msgspec.json.Decoder(msgspec.Raw)
    assert answering(200).decode(anything, b"[" * 100 + b"]" * 100)
    with pytest.raises(BadResponse):
        answering(200).decode(anything, b"[" * depth + b"]" * depth)


def test_the_error_of_a_decoder_is_not_passed_on() -> None:
    """A decoder's message repeats the value that it did not expect; ours does not."""
    with pytest.raises(BadResponse) as raised:
        answering(200).decode(msgspec.json.Decoder(Literal["active"]), f'"{SECRET}"'.encode())
    assert SECRET not in "".join(traceback.format_exception(raised.value))


def test_text_that_is_not_utf8_is_a_bad_response() -> None:
    """A string that is not UTF-8 is refused where it would be read."""
    with pytest.raises(BadResponse):
        answering(200).decode(msgspec.json.Decoder(list[str]), b'["\xff\xff"]')


async def test_a_bad_key_is_never_sent() -> None:
    """A key that can name nothing is told to the client as such, without the key."""

    def handler(request: httpx.Request) -> httpx.Response:
        raise AssertionError

    with pytest.raises(InvalidKey) as raised:
        await upstream(handler).get("Patient", f"{SECRET}\r\n")
    assert SECRET not in str(raised.value)


def test_nothing_of_an_answer_is_in_a_repr() -> None:
    """An upstream and what passes through it show their kind only."""
    assert BASE not in repr(answering(200))
