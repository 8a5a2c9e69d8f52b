"""The ASGI app, and its three clients: opened and closed by its lifespan."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TypedDict

import httpx
import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

from app.settings import CanvasSettings, ClinicSettings, EligibilitySettings, Settings
from benchmarks.ordinary.auth import ClientCredentials, StaticHeader
from benchmarks.ordinary.loaders import Loaders
from benchmarks.ordinary.patient import Query
from benchmarks.ordinary.sources import Sources
from benchmarks.ordinary.upstreams import Cache, Upstream

CONNECTIONS = 100


class State(TypedDict):
    """What lives as long as the process."""

    sources: Sources


class Endpoint(GraphQL[Loaders, None]):
    """Strawberry's own, with loaders for each request."""

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Loaders:
        """New loaders over the sources of the process."""
        return Loaders(request.state.sources)


def create_app(settings: Settings) -> Starlette:
    """The ordinary gateway as an ASGI app; its lifespan opens the clients. It needs all three upstreams."""
    schema = strawberry.Schema(Query, extensions=[ParserCache, ValidationCache])
    return Starlette(
        routes=[Route("/graphql", Endpoint(schema, graphql_ide=None))],
        lifespan=lambda _: _alive(settings),
    )


@asynccontextmanager
async def _alive(settings: Settings) -> AsyncIterator[State]:
    canvas, clinic, eligibility = settings.canvas, settings.clinic, settings.eligibility
    if canvas is None or clinic is None or eligibility is None:
        raise ValueError("the ordinary gateway needs all three upstreams")
    client = partial(_client, settings)
    async with (
        client(canvas.fhir_url, canvas.timeout, _canvas_auth(canvas)) as ehr,
        client(clinic.url, clinic.timeout, _clinic_auth(clinic)) as insurances,
        client(eligibility.url, eligibility.timeout, _eligibility_auth(eligibility)) as enquiries,
    ):
        cache = Cache()
        upstreams = (Upstream(one, cache) for one in (ehr, insurances, enquiries))
        yield {"sources": Sources(settings.identity, eligibility.timezone, *upstreams)}


def _client(settings: Settings, url: str, timeout: float, auth: httpx.Auth) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=url,
        auth=auth,
        # Under load a call may wait for a connection as long as its operation may last.
        timeout=httpx.Timeout(timeout, pool=settings.timeout),
        limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
        trust_env=False,  # no proxy of the machine's comes between
    )


def _canvas_auth(settings: CanvasSettings) -> httpx.Auth:
    secret = settings.client_secret.get_secret_value()
    return ClientCredentials(settings.token_url, {"client_id": settings.client_id, "client_secret": secret})


def _clinic_auth(settings: ClinicSettings) -> httpx.Auth:
    return StaticHeader("X-User-Token", settings.user_token.get_secret_value())


def _eligibility_auth(settings: EligibilitySettings) -> httpx.Auth:
    if settings.token is not None:
        return StaticHeader("Authorization", f"Bearer {settings.token.get_secret_value()}")
    assert settings.token_url
    assert settings.client_id
    assert settings.client_secret
    secret = settings.client_secret.get_secret_value()
    form = {"client_id": settings.client_id, "client_secret": secret, "scope": "read write"}
    return ClientCredentials(settings.token_url, form)
