"""How the upstreams are told who asks: by a token that is renewed, or by one that never changes."""

import asyncio
import time
from collections.abc import AsyncGenerator, Generator

import httpx

EARLY = 60.0  # seconds before a token's end at which another one is due


class ClientCredentials(httpx.Auth):
    """OAuth 2.0 client credentials: a token is fetched once and used until shortly before its end."""

    def __init__(self, url: str, form: dict[str, str]) -> None:
        self._url = url
        self._form = {"grant_type": "client_credentials", **form}
        self._header = ""
        self._due = 0.0
        self._lock = asyncio.Lock()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Send the request with a token."""
        if time.monotonic() >= self._due:
            async with self._lock:
                if time.monotonic() >= self._due:
                    granted = yield self._asking(request)
                    await granted.aread()
                    self._take(granted)
        request.headers["Authorization"] = self._header
        yield request

    def _asking(self, request: httpx.Request) -> httpx.Request:
        return httpx.Request("POST", self._url, data=self._form, extensions=request.extensions)

    def _take(self, granted: httpx.Response) -> None:
        token = granted.raise_for_status().json()
        lifetime = float(token["expires_in"])
        self._header = f"Bearer {token['access_token']}"
        self._due = time.monotonic() + lifetime - min(EARLY, lifetime / 2)


class StaticHeader(httpx.Auth):
    """A token that never changes."""

    def __init__(self, name: str, value: str) -> None:
        self._name = name
        self._value = value

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Send the request with the token."""
        request.headers[self._name] = self._value
        yield request
