"""The configured upstreams, each built once from its settings."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Protocol
from urllib.parse import urlsplit

from app.settings import CanvasSettings, Settings
from connectors.cache import Connector
from connectors.canvas.connector import Canvas
from connectors.fhir.rest import Fhir
from connectors.oauth import ClientCredentials
from connectors.upstream import Limits, Upstream


class ReachableConnector(Connector, Protocol):
    """A connector that can be asked whether its upstream answers."""

    async def reachable(self) -> None:
        """Return, or raise UpstreamError."""


KNOWN = (Canvas,)
"""Every connector there is, configured or not."""


def connect(settings: Settings, tenant: str, closing: AsyncExitStack) -> Mapping[type, ReachableConnector]:
    """The configured connectors by their class. Their connections are closed with `closing`."""
    connectors: dict[type, ReachableConnector] = {}
    if settings.canvas:
        connectors[Canvas] = _canvas(settings.canvas, tenant, closing)
    return connectors


def _canvas(settings: CanvasSettings, tenant: str, closing: AsyncExitStack) -> Canvas:
    limits = Limits(total=settings.timeout)
    tokens = Upstream("canvas", settings.token_url, limits=limits)
    authorization = ClientCredentials(
        tokens, client_id=settings.client_id, client_secret=settings.client_secret.get_secret_value()
    )
    upstream = Upstream("canvas", settings.fhir_url, authorization=authorization, limits=limits)
    closing.push_async_callback(tokens.aclose)
    closing.push_async_callback(upstream.aclose)
    fhir = Fhir(upstream, base_url=settings.fhir_url)
    return Canvas(fhir, realm=f"{tenant} {urlsplit(settings.fhir_url).netloc} {settings.client_id}")
