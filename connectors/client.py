"""The HTTP client: silent, stateless between calls, and only what was configured here."""

import logging
import ssl
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "insurance-gateway"}
CHATTY = (
    "httpx",
    "httpcore",
    *(f"httpcore.{p}" for p in ("connection", "http11", "http2", "proxy", "socks")),
)


def http_client(
    timeout: httpx.Timeout, connections: int, transport: httpx.AsyncBaseTransport | None = None
) -> httpx.AsyncClient:
    """A client that follows no redirect, keeps no cookie and heeds no environment variable."""
    quiet_http_logs()
    return httpx.AsyncClient(
        headers=HEADERS,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        timeout=timeout,
        limits=httpx.Limits(max_connections=connections, keepalive_expiry=30.0),
        trust_env=False,
        follow_redirects=False,
        verify=_trust(),
        transport=transport,
    )


def quiet_http_logs() -> None:
    """Silence the client's loggers at every level: they print URLs and headers, which are personal or secret.

    A filter on each logger, because a later `dictConfig` resets `disabled` and levels, but keeps filters.
    """
    for name in CHATTY:
        logging.getLogger(name).addFilter(_nothing)


def _nothing(record: logging.LogRecord) -> bool:
    return False


@cache
def _trust() -> ssl.SSLContext:
    # Loading the certificates takes 50 ms: once, not for each upstream.
    return httpx.create_ssl_context(trust_env=False)
