import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter

import httpx
import pytest
import uvloop

from app.server import serving
from sandbox.canvas import Canvas
from sandbox.canvas.faults import bad_entry, next_elsewhere, paging_loop, wrong_id, wrong_type
from sandbox.connection_faults import cut_off, hang_up, held, oversized, reset, slow, trickle
from sandbox.faults import Act, Fault, gzipped, html_page, nested, redirect, status, truncated
from tests.sandbox.talking import CREDENTIALS, client, token

BREAKS = pytest.mark.parametrize("act", [hang_up(), reset()], ids=["hang-up", "reset"])


@pytest.fixture
async def live(canvas: Canvas) -> AsyncIterator[httpx.AsyncClient]:
    """A client that has a token, over a real socket."""
    async with talking(canvas) as fhir:
        yield fhir


@asynccontextmanager
async def talking(canvas: Canvas) -> AsyncIterator[httpx.AsyncClient]:
    """Such a client while the block runs."""
    headers = {"Authorization": f"Bearer {await token(canvas)}"}
    async with (
        serving(canvas.fhir_app(), "127.0.0.1", 0) as origin,
        httpx.AsyncClient(base_url=origin, headers=headers) as fhir,
    ):
        yield fhir


async def test_a_fault_spoils_the_requests_it_is_for(canvas: Canvas, fhir: httpx.AsyncClient) -> None:
    """By path prefix and method, so many times, and until it is cleared."""
    canvas.faults.add(Fault(status(503), path="/Coverage", method="GET", times=2))
    codes = [(await fhir.get("/Coverage/x")).status_code for _ in range(3)]
    assert codes == [503, 503, 404]
    canvas.faults.add(Fault(status(500), path="/Organization"))
    assert (await fhir.get("/Patient")).status_code == 200
    assert [(await fhir.get("/Organization")).status_code for _ in range(3)] == [500] * 3
    canvas.faults.clear()
    assert (await fhir.get("/Organization")).status_code == 200


async def test_the_token_endpoint_can_fail_too(canvas: Canvas) -> None:
    """Faults are of the whole Canvas: both hosts."""
    canvas.faults.add(Fault(status(502), path="/auth/", times=1))
    async with client(canvas.token_app()) as ehr:
        assert (await ehr.post("/auth/token/", data=CREDENTIALS)).status_code == 502
        assert (await ehr.post("/auth/token/", data=CREDENTIALS)).status_code == 200


async def test_spoilt_requests_are_in_the_journal(canvas: Canvas, fhir: httpx.AsyncClient) -> None:
    """A retry can be counted."""
    canvas.faults.add(Fault(status(503), path="/Patient", times=1))
    await fhir.get("/Patient")
    await fhir.get("/Patient")
    assert canvas.journal.count("GET", "/Patient") == 2


@pytest.mark.parametrize(
    ("act", "code", "headers"),
    [
        (status(429, {"Retry-After": "2"}), 429, {"retry-after": "2"}),
        (redirect("http://elsewhere.example/x"), 307, {"location": "http://elsewhere.example/x"}),
        (html_page(), 200, {"content-type": "text/html; charset=utf-8"}),
        (gzipped(), 200, {"content-encoding": "gzip"}),
    ],
    ids=["429", "redirect", "html", "gzip"],
)
async def test_answers_of_another_kind(
    canvas: Canvas, fhir: httpx.AsyncClient, act: Act, code: int, headers: dict[str, str]
) -> None:
    """Status and header are as told."""
    canvas.faults.add(Fault(act))
    answer = await fhir.get("/Organization")
    assert answer.status_code == code
    assert headers.items() <= dict(answer.headers).items()


async def test_a_gzipped_answer_says_the_same(canvas: Canvas, fhir: httpx.AsyncClient) -> None:
    """Only packed; with megabytes it is small on the wire and large inside."""
    honest = (await fhir.get("/Organization")).json()
    canvas.faults.add(Fault(gzipped(more_megabytes=3)))
    async with fhir.stream("GET", "/Organization") as answer:
        packed = b"".join([part async for part in answer.aiter_raw()])
    assert len(packed) < 100_000
    assert len(gzip.decompress(packed)) > 3_000_000
    assert json.loads(gzip.decompress(packed)) == honest


@pytest.mark.parametrize("act", [truncated(), nested()], ids=["truncated", "nested"])
async def test_json_that_cannot_be_read(canvas: Canvas, fhir: httpx.AsyncClient, act: Act) -> None:
    """The HTTP answer is whole, and a JSON parser fails on it."""
    canvas.faults.add(Fault(act))
    answer = await fhir.get("/Organization")
    assert answer.status_code == 200
    with pytest.raises((ValueError, RecursionError)):
        answer.json()


async def test_a_read_can_answer_with_another_resource(canvas: Canvas, fhir: httpx.AsyncClient) -> None:
    """Another id, another type, otherwise honest."""
    url = f"/Organization/{canvas.population.payors[0].id}"
    honest = (await fhir.get(url)).json()
    canvas.faults.add(Fault(wrong_id("x"), times=1))
    assert (await fhir.get(url)).json() == honest | {"id": "x"}
    canvas.faults.add(Fault(wrong_type(), times=1))
    assert (await fhir.get(url)).json() == honest | {"resourceType": "Basic"}


async def test_a_page_can_have_a_bad_entry(canvas: Canvas, fhir: httpx.AsyncClient) -> None:
    """One entry is spoilt, the others are as they were."""
    honest = (await fhir.get("/Coverage")).json()["entry"]
    canvas.faults.add(Fault(bad_entry(1)))
    spoilt = (await fhir.get("/Coverage")).json()["entry"]
    assert [mine == theirs for mine, theirs in zip(spoilt, honest, strict=True)] == [True, False] + [True] * 8
    assert spoilt[1]["resource"]["order"] == "first"


async def test_paging_can_go_wrong(canvas: Canvas, fhir: httpx.AsyncClient) -> None:
    """The next page is this page, or lies elsewhere."""

    async def following() -> str:
        bundle = (await fhir.get("/Organization?_count=5&_offset=5")).json()
        (url,) = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
        return str(url)

    canvas.faults.add(Fault(paging_loop(), times=1))
    assert await following() == "/Organization?_count=5&_offset=5"
    canvas.faults.add(Fault(next_elsewhere("http://elsewhere.example/x"), times=1))
    assert await following() == "http://elsewhere.example/x"


@BREAKS
async def test_a_connection_can_break_without_an_answer(
    canvas: Canvas, live: httpx.AsyncClient, act: Act
) -> None:
    """The client sees a network or a protocol error, and the next request is answered."""
    await _breaks(canvas, live, act)


@BREAKS
def test_a_connection_can_break_on_the_programs_event_loop(canvas: Canvas, act: Act) -> None:
    """The same where the sandbox is started from the command line: on uvloop."""

    async def scene() -> None:
        async with talking(canvas) as fhir:
            await _breaks(canvas, fhir, act)

    uvloop.run(scene())


async def _breaks(canvas: Canvas, fhir: httpx.AsyncClient, act: Act) -> None:
    canvas.faults.add(Fault(act, path="/Patient", times=1))
    with pytest.raises((httpx.NetworkError, httpx.RemoteProtocolError)):
        await fhir.get("/Patient")
    assert (await fhir.get("/Patient")).status_code == 200


async def test_a_reset_connection_is_an_error_without_sockets_too(
    canvas: Canvas, fhir: httpx.AsyncClient
) -> None:
    """Where there is no connection, its break is an exception."""
    canvas.faults.add(Fault(reset()))
    with pytest.raises(ConnectionResetError):
        await fhir.get("/Patient")


async def test_a_connection_can_break_in_the_middle_of_the_body(
    canvas: Canvas, live: httpx.AsyncClient
) -> None:
    """The head and half of the body have come when it breaks."""
    canvas.faults.add(Fault(cut_off(), times=1))
    received = bytearray()

    async def receive(answer: httpx.Response) -> None:
        async for part in answer.aiter_raw():
            received.extend(part)

    async with live.stream("GET", "/Patient") as answer:
        with pytest.raises((httpx.NetworkError, httpx.RemoteProtocolError)):
            await receive(answer)
    assert 0 < len(received) < int(answer.headers["content-length"])
    assert (await live.get("/Patient")).status_code == 200


async def test_a_body_can_be_far_too_big(canvas: Canvas, live: httpx.AsyncClient) -> None:
    """It is streamed without a length, is valid JSON, and a client may leave in the middle."""
    canvas.faults.add(Fault(oversized(megabytes=3)))
    answer = await live.get("/Organization")
    assert "content-length" not in answer.headers
    assert len(answer.content) > 3_000_000
    assert answer.json()["total"] == 12
    async with live.stream("GET", "/Organization") as left:
        assert left.status_code == 200
    canvas.faults.clear()
    assert (await live.get("/Organization")).status_code == 200


async def test_an_answer_can_be_late(canvas: Canvas, live: httpx.AsyncClient) -> None:
    """A client that waits less gives up, one that waits longer gets the honest answer."""
    canvas.faults.add(Fault(slow(0.2)))
    with pytest.raises(httpx.ReadTimeout):
        await live.get("/Patient", timeout=httpx.Timeout(5, read=0.05))
    assert (await live.get("/Patient")).status_code == 200


async def test_an_answer_can_be_held_back(canvas: Canvas, live: httpx.AsyncClient) -> None:
    """It comes when the gate opens, honest or as another fault has it; who has left by then gets none."""
    for act, code in ((None, 200), (status(503), 503)):
        gate = asyncio.Event()
        canvas.faults.add(Fault(held(gate, act), times=2))
        with pytest.raises(httpx.ReadTimeout):
            await live.get("/Patient", timeout=httpx.Timeout(5, read=0.05))
        asking = asyncio.ensure_future(live.get("/Patient"))
        await asyncio.sleep(0.05)
        assert not asking.done()
        gate.set()
        assert (await asking).status_code == code


async def test_a_trickling_body_is_the_honest_one(canvas: Canvas, live: httpx.AsyncClient) -> None:
    """Who waits long enough has it all."""
    honest = (await live.get("/Organization?name=heron")).json()
    canvas.faults.add(Fault(trickle(0)))
    assert (await live.get("/Organization?name=heron")).json() == honest


async def test_a_body_can_trickle(canvas: Canvas, live: httpx.AsyncClient) -> None:
    """Each byte comes in time for a read timeout; only a deadline for the whole ends it."""
    canvas.faults.add(Fault(trickle(0.02)))
    began = perf_counter()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await live.get("/Patient", timeout=httpx.Timeout(5))
    assert perf_counter() - began < 2
