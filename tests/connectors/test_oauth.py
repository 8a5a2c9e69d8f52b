"""OAuth 2.0 client credentials: how often a token is asked for, and what is told when there is none."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from connectors.errors import BadResponse, Failed, Refused, TimedOut, UpstreamError
from connectors.oauth import ClientCredentials
from connectors.retry import FALLBACK, Backoff, Fallback
from connectors.upstream import Limits, Upstream
from tests.connectors.over_httpx import OverHttpx

SECRET = "s3cr3t-of-the-client"
Answer = Callable[[httpx.Request], httpx.Response | Awaitable[httpx.Response]]


class Endpoint:
    """A token endpoint: counts, and gives the tokens token-1, token-2 and so on."""

    def __init__(self, expires_in: float = 36000) -> None:
        self.expires_in = expires_in
        self.requests: list[httpx.Request] = []
        self.open = asyncio.Event()
        self.open.set()
        self.refusal: httpx.Response | None = None
        self.asked = asyncio.Event()
        self.left = 0
        self.now = 1000.0

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """A new token, as soon as the endpoint is open; or the refusal."""
        self.requests.append(request)
        self.asked.set()
        try:
            await self.open.wait()
        except asyncio.CancelledError:
            self.left += 1
            await asyncio.sleep(0.01)  # leaving takes its time
            raise
        token = {"access_token": f"token-{len(self.requests)}", "expires_in": self.expires_in}
        return self.refusal or httpx.Response(200, json={**token, "token_type": "Bearer", "scope": "all"})

    def credentials(self, scope: str | None = None) -> ClientCredentials:
        """Credentials that ask here, on this clock."""
        return ClientCredentials(
            tokens(self.answer),
            client_id="gateway",
            client_secret=SECRET,
            scope=scope,
            clock=lambda: self.now,
        )


def tokens(answer: Any) -> Upstream:
    """The upstream of a token endpoint whose address ends with a slash."""

    async def no_sleep(seconds: float) -> None:
        pass

    return Upstream(
        "canvas",
        "https://acme.example/auth/token/",
        client=OverHttpx(httpx.MockTransport(answer)),
        limits=Limits(total=5),
        backoff=Backoff(sleep=no_sleep),
    )


def bearing(number: int) -> dict[str, str]:
    """The header with the token of this number."""
    return {"Authorization": f"Bearer token-{number}"}


@pytest.mark.parametrize("scope", [None, "read write"])
async def test_a_token_is_asked_for_as_the_standard_says(scope: str | None) -> None:
    """The request is a form at exactly the configured address; a scope is sent only when there is one."""
    endpoint = Endpoint()
    assert await endpoint.credentials(scope).headers() == bearing(1)
    [request] = endpoint.requests
    assert request.method == "POST"
    assert str(request.url) == "https://acme.example/auth/token/"
    expected = {"grant_type": ["client_credentials"], "client_id": ["gateway"], "client_secret": [SECRET]}
    assert parse_qs(request.content.decode()) == expected | ({"scope": [scope]} if scope else {})


async def test_a_hundred_cold_callers_cost_one_request() -> None:
    """Whoever needs a token while it is being fetched waits for that one."""
    endpoint = Endpoint()
    credentials = endpoint.credentials()
    assert await asyncio.gather(*[credentials.headers() for _ in range(100)]) == [bearing(1)] * 100
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize(("lifetime", "kept"), [(36000, 35940), (121, 61), (119, 59.5), (1, 0.5)])
async def test_a_token_is_renewed_before_it_ends(lifetime: float, kept: float) -> None:
    """A token is kept until a minute before its end, a short one for half of its life."""
    endpoint = Endpoint(lifetime)
    credentials = endpoint.credentials()
    await credentials.headers()
    endpoint.now += kept - 0.25
    assert await credentials.headers() == bearing(1)
    endpoint.now += 0.25
    assert await credentials.headers() == bearing(2)


async def test_a_hundred_refusals_of_one_token_cost_one_renewal() -> None:
    """Calls that all met a 401 with the same token share the next one, however late they hear of it."""
    endpoint = Endpoint()
    credentials = endpoint.credentials()
    old = await credentials.headers()

    async def again(turns: int) -> object:
        for _ in range(turns):
            await asyncio.sleep(0)
        assert credentials.refused(old)
        return await credentials.headers()

    assert await asyncio.gather(*[again(turns) for turns in range(100)]) == [bearing(2)] * 100
    assert len(endpoint.requests) == 2


async def test_one_who_leaves_does_not_take_the_token_along() -> None:
    """When the caller who came first is cancelled, the others get their token from the same request."""
    endpoint = Endpoint()
    endpoint.open.clear()
    credentials = endpoint.credentials()
    callers = [asyncio.create_task(credentials.headers()) for _ in range(3)]
    await endpoint.asked.wait()
    callers[0].cancel()
    await asyncio.wait(callers[:1])
    endpoint.open.set()
    assert await asyncio.gather(*callers[1:]) == [bearing(1)] * 2
    assert callers[0].cancelled()
    assert len(endpoint.requests) == 1


async def test_when_all_have_left_the_request_ends() -> None:
    """A request that nobody waits for is cancelled, no task stays behind, and the next caller begins anew."""
    endpoint = Endpoint()
    endpoint.open.clear()
    credentials = endpoint.credentials()
    callers = [asyncio.create_task(credentials.headers()) for _ in range(3)]
    await endpoint.asked.wait()
    for caller in callers:
        caller.cancel()
    await asyncio.wait(callers)
    endpoint.open.set()
    assert await credentials.headers() == bearing(2)  # while the old request is still ending
    await asyncio.sleep(0.02)
    assert endpoint.left == 1
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_token_is_for_all_who_wait_for_it() -> None:
    """Who asked first has an older answer to fall back on, and would give up at once; who joined has none."""
    endpoint = Endpoint()
    tries: list[int] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        tries.append(1)
        return httpx.Response(503) if len(tries) == 1 else await endpoint.answer(request)

    credentials = ClientCredentials(tokens(answer), client_id="gateway", client_secret=SECRET)

    async def headers(*, spare: bool) -> Mapping[str, str]:
        FALLBACK.set(Fallback(for_all=spare))
        return await credentials.headers()

    asked = await asyncio.gather(headers(spare=True), headers(spare=False))

    assert (list(asked), len(tries)) == ([bearing(1)] * 2, 2)


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(400, json={"error": "invalid_client"}), Refused),
        (httpx.Response(401, json={"error": "invalid_client"}), Refused),
        (httpx.Response(403), Refused),
        (httpx.Response(404), BadResponse),
        (httpx.Response(302, headers={"location": "https://evil.example/"}), BadResponse),
        (httpx.Response(500), Failed),
        (httpx.Response(200, text="<html>"), BadResponse),
        (httpx.Response(200, json=None), BadResponse),
        (httpx.Response(200, json={"expires_in": 3600}), BadResponse),
        (httpx.Response(200, json={"access_token": "a"}), BadResponse),
        (httpx.Response(200, json={"access_token": "a", "expires_in": 0}), BadResponse),
        (httpx.Response(200, json={"access_token": "a", "expires_in": -1}), BadResponse),
        (httpx.Response(200, json={"access_token": "a", "expires_in": "soon"}), BadResponse),
        (httpx.Response(200, json={"access_token": "a", "expires_in": 10**12}), BadResponse),
        (httpx.Response(200, json={"access_token": "", "expires_in": 3600}), BadResponse),
        (httpx.Response(200, json={"access_token": "a\r\nX: 1", "expires_in": 3600}), BadResponse),
        (httpx.Response(200, json={"access_token": "é", "expires_in": 3600}), BadResponse),
        (httpx.Response(200, json={"access_token": ["a"], "expires_in": 3600}), BadResponse),
    ],
    ids=range(18),
)
async def test_a_failure_is_told_to_all_and_then_forgotten(
    response: httpx.Response, error: type[UpstreamError]
) -> None:
    """Everyone who waited gets the error; the next call asks again, and may succeed."""
    endpoint = Endpoint()
    endpoint.refusal = response
    credentials = endpoint.credentials()
    outcomes = await asyncio.gather(*[credentials.headers() for _ in range(3)], return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [error] * 3
    assert len(endpoint.requests) == 1
    endpoint.refusal = None
    assert await credentials.headers() == bearing(2)


async def test_the_upstream_sends_what_the_endpoint_gave() -> None:
    """A 401 leads to one new token and one more try, in a single call of the connector."""
    endpoint = Endpoint()
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        return httpx.Response(401 if len(seen) == 2 else 200, json={})

    client = OverHttpx(httpx.MockTransport(answer))
    api = Upstream("canvas", "https://h.example", authorization=endpoint.credentials(), client=client)
    await api.get("Coverage")
    await api.get("Coverage")
    assert seen == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]


async def test_a_deadline_passes_while_others_keep_waiting() -> None:
    """A call whose time is up leaves; the token it waited for still comes to the one that has time."""
    endpoint = Endpoint()
    endpoint.open.clear()
    credentials = endpoint.credentials()

    def call(total: float) -> Upstream:
        client = OverHttpx(httpx.MockTransport(lambda _: httpx.Response(200, json={})))
        limits = Limits(total=total)
        return Upstream("c", "https://h.example", authorization=credentials, client=client, limits=limits)

    patient = asyncio.create_task(call(5).get("Coverage"))
    with pytest.raises(TimedOut):
        await call(0.02).get("Coverage")
    endpoint.open.set()
    assert await patient is not None
    assert len(endpoint.requests) == 1


async def test_secrets_do_not_show(caplog: pytest.LogCaptureFixture) -> None:
    """Neither the client's secret nor a token is in a repr, a log or an error."""
    caplog.set_level(1)
    endpoint = Endpoint()
    credentials = endpoint.credentials()
    await credentials.headers()
    endpoint.refusal = httpx.Response(200, json={"access_token": "token-\0", "expires_in": "token-"})
    endpoint.now += 36000
    with pytest.raises(BadResponse) as raised:
        await credentials.headers()
    shown = repr(credentials) + repr(vars(credentials)["_token"]) + caplog.text
    shown += "".join(traceback.format_exception(raised.value))
    assert SECRET not in shown
    assert "token-" not in shown
