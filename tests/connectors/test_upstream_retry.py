"""When a call is tried again, and how long it waits before."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.authorization import Authorization
from connectors.errors import Failed, RateLimited, Refused, TimedOut, Unreachable, UpstreamError
from connectors.retry import FALLBACK, Again, Backoff, Fallback, retry_after
from connectors.upstream import Limits, Upstream
from tests.connectors.over_httpx import OverHttpx

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LIMITS = Limits()
Outcome = int | type[httpx.HTTPError] | httpx.Response


class Script:
    """An upstream that gives these outcomes in turn, on a clock that only pauses move."""

    def __init__(
        self,
        *outcomes: Outcome,
        limits: Limits = LIMITS,
        authorization: Authorization | None = None,
        share: Callable[[], float] = lambda: 1.0,
    ) -> None:
        self.outcomes = list(outcomes)
        self.requests: list[httpx.Request] = []
        self.pauses: list[float] = []
        self.upstream = Upstream(
            "canvas",
            "https://fhir.example",
            authorization=authorization,
            client=OverHttpx(httpx.MockTransport(self._answer)),
            limits=limits,
            backoff=Backoff(random=share, sleep=self._sleep),
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        match self.outcomes.pop(0):
            case httpx.Response() as response:
                return response
            case int(status):
                return httpx.Response(status, json={})
            case error:
                raise error("")

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


class Renewed:
    """Credentials that have a new header after each refusal, as long as there are any."""

    def __init__(self, *names: str) -> None:
        self.names = list(names)

    async def headers(self) -> Mapping[str, str]:
        """The current header."""
        return {"Authorization": self.names[0]}

    def refused(self, sent: Mapping[str, str]) -> bool:
        """On to the next header."""
        assert sent == {"Authorization": self.names.pop(0)}
        return bool(self.names)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize("failures", [1, 2])
async def test_a_passing_failure_is_not_noticed(status: int, failures: int) -> None:
    """Up to two failures that pass leave only their pauses."""
    script = Script(*[status] * failures, 200)
    assert await script.upstream.get("Coverage") is not None
    assert script.pauses == [0.1, 0.2][:failures]


@pytest.mark.parametrize(
    ("outcome", "error"),
    [
        (429, RateLimited),
        (503, Failed),
        (httpx.ConnectTimeout, TimedOut),
        (httpx.ReadError, Unreachable),
    ],
)
async def test_a_lasting_failure_is_tried_three_times(outcome: Outcome, error: type[UpstreamError]) -> None:
    """There are never more than three tries; then the failure is told."""
    script = Script(*[outcome] * 9)
    with pytest.raises(error):
        await script.upstream.get("Coverage")
    assert len(script.requests) == 3


async def test_where_nobody_listens_one_more_try_is_made_at_once() -> None:
    """Those who wait learn within milliseconds that a connection is refused; a pause would change nothing."""
    script = Script(*[httpx.ConnectError] * 9)
    with pytest.raises(Unreachable):
        await script.upstream.get("Coverage")
    assert len(script.requests) == 2
    assert not any(script.pauses)


@pytest.mark.parametrize(
    ("outcome", "tries"), [(503, 1), (429, 1), (httpx.ConnectTimeout, 1), (httpx.ReadError, 2)]
)
async def test_with_an_older_answer_at_hand_nothing_is_tried_after_a_pause(
    outcome: Outcome, tries: int
) -> None:
    """Who has something to fall back on is told at once; a connection that was closed is replaced."""
    script = Script(*[outcome] * 9)

    async def ask() -> None:
        FALLBACK.set(Fallback(for_all=True))
        with pytest.raises(UpstreamError):
            await script.upstream.get("Coverage")

    await asyncio.create_task(ask())
    assert len(script.requests) == tries
    assert not any(script.pauses)


@pytest.mark.parametrize(
    "outcome",
    [400, 403, 404, 422, 500, 501, 302, httpx.ReadTimeout, httpx.PoolTimeout, httpx.LocalProtocolError],
)
async def test_what_will_not_pass_is_tried_once(outcome: Outcome) -> None:
    """Neither a clear answer nor a slow upstream is asked again."""
    script = Script(outcome)
    with contextlib.suppress(UpstreamError):
        assert await script.upstream.get("Coverage") is None
    assert len(script.requests) == 1


async def test_a_form_is_tried_again_whole() -> None:
    """A token endpoint gets the same form again."""
    script = Script(503, 200)
    await script.upstream.post_form(form={"grant_type": "client_credentials"})
    assert [request.content for request in script.requests] == [b"grant_type=client_credentials"] * 2


@pytest.mark.parametrize("broken", [httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError])
async def test_a_connection_closed_by_the_peer_costs_no_pause(broken: type[httpx.HTTPError]) -> None:
    """A kept connection that turns out closed is replaced at once; if it happens again, there is a pause."""
    script = Script(broken, broken, 200)
    await script.upstream.get("Coverage")
    assert script.pauses == [0.0, 0.2]


@given(share=st.floats(0, 1), failed=st.integers(1, 60), floor=st.floats(0, 100))
def test_pauses_are_a_share_of_a_capped_bound(share: float, failed: int, floor: float) -> None:
    """A pause lies between what was asked for and the doubled base, and never more than the cap above it."""
    pause = Backoff(base=0.1, cap=2.0, random=lambda: share).pause(Again(Failed("canvas"), floor), failed)
    assert floor <= pause <= floor + min(2.0, 0.1 * 2 ** (failed - 1))


async def test_retry_after_is_waited_for() -> None:
    """No try begins before the time that Retry-After names."""
    script = Script(httpx.Response(429, headers={"retry-after": "3"}), 200, share=lambda: 0.5)
    await script.upstream.get("Coverage")
    assert script.pauses == [3.05]


@pytest.mark.parametrize(("status", "error"), [(429, RateLimited), (503, Failed)])
@pytest.mark.parametrize(
    "value", ["11", "99999999999999999999", "Fri, 01 Mar 2999 12:00:00 GMT"], ids=["near", "far", "date"]
)
async def test_retry_after_beyond_the_deadline_ends_the_call(
    status: int, error: type[UpstreamError], value: str
) -> None:
    """When the wait would outlast the deadline, the call fails at once."""
    script = Script(httpx.Response(status, headers={"retry-after": value}), limits=Limits(total=10))
    with pytest.raises(error):
        await script.upstream.get("Coverage")
    assert script.pauses == []


async def test_no_pause_outlasts_the_deadline() -> None:
    """A pause for which there is no time left is not begun: the failure is told, not a timeout."""
    script = Script(503, limits=Limits(total=0.09))
    with pytest.raises(Failed):
        await script.upstream.get("Coverage")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("0", 0),
        ("120", 120),
        ("-5", 0),
        ("1.5", 0),
        ("²", 0),
        ("soon", 0),
        ("9" * 5000, float("inf")),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0),
        ("Sun, 01 Mar 2026 12:00:30 -0000", 30),
    ],
    ids=str,
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float) -> None:
    """Both forms of RFC 9110 are understood; anything else asks for nothing."""
    assert retry_after(value, NOW) == seconds


@given(st.text() | st.from_regex(r"\w{3}, \d{1,9} (Jan|Feb) \d{1,9} \d+:\d+:\d+ [+-]\d{1,20}"))
def test_no_retry_after_does_harm(value: str) -> None:
    """Whatever an upstream writes there, it is some seconds from now on."""
    assert retry_after(value, NOW) >= 0


async def test_a_401_is_tried_once_more_with_new_credentials() -> None:
    """Credentials that ran out are replaced unseen."""
    script = Script(401, 200, authorization=Renewed("old", "new"))
    assert await script.upstream.get("Coverage") is not None
    assert [request.headers["authorization"] for request in script.requests] == ["old", "new"]
    assert script.pauses == []


@pytest.mark.parametrize("names", [("old",), ("old", "new", "newer")])
async def test_credentials_that_stay_refused_are_told(names: tuple[str, ...]) -> None:
    """A second 401, or a first one without anything new to send, is a refusal."""
    script = Script(401, 401, 401, authorization=Renewed(*names))
    with pytest.raises(Refused) as raised:
        await script.upstream.get("Coverage")
    assert type(raised.value) is Refused
    assert len(script.requests) == min(2, len(names))


async def test_credentials_are_renewed_once_in_a_call() -> None:
    """A call that also met failures still renews its credentials only once."""
    script = Script(401, 503, 401, 200, authorization=Renewed("old", "new", "newer"))
    with pytest.raises(Refused):
        await script.upstream.get("Coverage")
    assert len(script.requests) == 3


async def test_waiting_for_credentials_counts() -> None:
    """The deadline of a call covers the wait for its token."""

    class Never:
        async def headers(self) -> Mapping[str, str]:
            await asyncio.Event().wait()
            raise AssertionError

        def refused(self, sent: Mapping[str, str]) -> bool:
            return False

    with pytest.raises(TimedOut):
        await Script(limits=Limits(total=0.02), authorization=Never()).upstream.get("Coverage")


async def test_the_failure_of_the_credentials_is_told_as_it_is() -> None:
    """When no token is to be had, the call fails with that error and nothing is sent."""

    class Unwell:
        async def headers(self) -> Mapping[str, str]:
            raise TimedOut("canvas tokens")

        def refused(self, sent: Mapping[str, str]) -> bool:
            return False

    script = Script(authorization=Unwell())
    with pytest.raises(TimedOut) as raised:
        await script.upstream.get("Coverage")
    assert raised.value.system == "canvas tokens"
    assert script.requests == []
