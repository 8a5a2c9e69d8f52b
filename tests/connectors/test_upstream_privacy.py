"""Nothing of a request or an answer is ever printed."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing

import msgspec
import pytest

from connectors.errors import InvalidKey, UpstreamError
from connectors.http import Request
from connectors.retry import Backoff
from connectors.upstream import Limits, Upstream
from tests.connectors.loopback import answer, speaking

PRIVATE = "5f0c2e7a9b1d4c3e"
LISTS = msgspec.json.Decoder(list[int])


class Bearer:
    """Credentials that are private too."""

    async def headers(self) -> Mapping[str, str]:
        """The header."""
        return {"Authorization": f"Bearer {PRIVATE}"}

    def refused(self, sent: Mapping[str, str]) -> bool:
        """Nothing new."""
        return False


SAID = {
    "answer": answer(f'["{PRIVATE}"]'.encode()),
    "redirect": answer(b"", f"Location: /{PRIVATE}".encode(), status=b"302 Found"),
    "unauthorized": answer(PRIVATE.encode(), status=b"401 Unauthorized"),
    "forbidden": answer(PRIVATE.encode(), status=b"403 Forbidden"),
    "missing": answer(PRIVATE.encode(), status=b"404 Not Found"),
    "rejected": answer(PRIVATE.encode(), status=b"422 Unprocessable Content"),
    "overloaded": answer(PRIVATE.encode(), b"Retry-After: 60", status=b"429 Too Many Requests"),
    "failed": answer(PRIVATE.encode(), status=b"500 Internal Server Error"),
    "page": f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{PRIVATE}".encode(),
    "cut": answer(PRIVATE.encode() + b" " * 99)[:-9],
    "noise": PRIVATE.encode() + b"\r\n\r\n",
    "header": f"HTTP/1.1 200 OK\r\n{PRIVATE}\r\n\r\n".encode(),
    "large": answer(PRIVATE.encode() * 1000),
}


@pytest.fixture
def all_logs(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that anybody logs at the lowest level, after a program has set up its logs anew."""
    caplog.set_level(1)
    return caplog


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
async def test_no_log_and_no_error_tells_of_a_call(said: bytes, all_logs: pytest.LogCaptureFixture) -> None:
    """Whatever an upstream answers, logs at every level and the whole traceback hold no id, token or body."""

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        writer.close()

    printed = ""
    limits = Limits(most_bytes=1000)
    backoff = Backoff(random=lambda: 0.0)
    async with speaking(speak) as url:
        upstream = Upstream("canvas", url, authorization=Bearer(), limits=limits, backoff=backoff)
        async with aclosing(upstream) as api:
            try:
                reply = await api.get("Patient", PRIVATE, params={"identifier": PRIVATE})
                printed += repr(reply)
                api.decode(LISTS, reply.body if reply else b"")
            except UpstreamError as error:
                printed += "".join(traceback.format_exception(error)) + repr(error)
    assert "canvas" in printed
    assert PRIVATE not in printed + all_logs.text + repr(all_logs.records)
    assert not [record for record in all_logs.records if record.name.startswith("http")]


@pytest.mark.parametrize(
    "ask",
    [
        lambda api: api.get("Patient", PRIVATE),
        lambda api: api.follow(f"https://evil.example/{PRIVATE}"),
        lambda api: api.get("Patient", f"{PRIVATE}\0"),
        lambda api: api.get("Patient", params={"name": f"{PRIVATE}\0"}),
        lambda api: api.get("Patient", params={"name": PRIVATE * 9999}),
    ],
    ids=["late", "link", "key", "value", "long"],
)
async def test_no_error_without_an_answer_tells_of_the_call(
    ask: Callable[[Upstream], Awaitable[object]], all_logs: pytest.LogCaptureFixture
) -> None:
    """The same holds when an answer takes too long, and when nothing is sent."""

    async def speak(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    limits = Limits(total=0.05, tries=1)
    async with (
        speaking(speak) as url,
        aclosing(Upstream("canvas", url, authorization=Bearer(), limits=limits)) as api,
    ):
        with pytest.raises((UpstreamError, InvalidKey)) as raised:
            await ask(api)
    printed = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
    assert PRIVATE not in printed + all_logs.text + repr(all_logs.records)


async def test_an_error_does_not_hold_the_request() -> None:
    """What a crash report could dig out of an error has no request, URL or header in it."""
    async with aclosing(Upstream("canvas", "http://127.0.0.1:1", limits=Limits(tries=1))) as api:
        with pytest.raises(UpstreamError) as raised:
            await api.get("Patient", PRIVATE)
    assert PRIVATE not in "".join(traceback.format_exception(raised.value))
    error: BaseException | None = raised.value
    while error is not None:
        assert type(error).__module__ == "connectors.errors" or type(error).__name__ == "Again"
        assert not hasattr(error, "_request")
        error = error.__context__


def test_a_request_does_not_show_itself() -> None:
    """It holds ids and secrets, and shows neither."""
    request = Request("POST", f"https://h.example/{PRIVATE}", {"Authorization": PRIVATE}, PRIVATE.encode())
    assert PRIVATE not in repr(request)
