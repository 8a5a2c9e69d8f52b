"""The composition root: every part of the running gateway is made and wired here, and nowhere else."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypedDict

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route
from starlette.types import Scope

from app import health, telemetry
from app.auth import SANDBOX_PRINCIPAL
from app.forgetting import Forgetting
from app.front import Front
from app.graphql.endpoint import GraphQLEndpoint
from app.graphql.operation import Operations
from app.settings import Settings, known_payers
from app.upstreams import ReachableConnector, connect
from connectors.clock import SYSTEM_CLOCK, Clock
from connectors.memory import Memory
from connectors.payers import Payers
from connectors.pins import Pins
from connectors.store.tier import SharedTier
from resolvers.conclusions import Conclusions
from resolvers.context import Context
from resolvers.explain import Explanation
from schema.graphiql import graphiql_page
from schema.query import graph

EXPLAIN = (b"x-gateway-explain", b"1")
"""The header by which a client asks how its answer came about."""

GRAPHQL = "/graphql"

CONCLUDED = 4
"""Of the bytes that records may take, the part that those may which conclusions hold beside the memory."""


class State(TypedDict):
    """What lives as long as the process and is reached through each request."""

    memory: Memory
    tier: SharedTier | None
    payers: Payers
    connectors: Mapping[type, ReachableConnector]
    conclusions: Conclusions
    settings: Settings
    clock: Clock


def create_app(settings: Settings, clock: Clock = SYSTEM_CLOCK) -> Starlette:
    """The gateway as an ASGI app. Nothing is connected before its lifespan begins. Raises BadSettings.

    While it lives, its `state.forgetting` drops what it remembers: see Forgetting.
    """
    declared = graph()
    payers = known_payers(settings)
    endpoint = GraphQLEndpoint(
        declared.schema,
        Operations(declared.schema),
        operation_context,
        deadline=settings.timeout,
        ide=graphiql_page(),
    )
    return Front(
        routes=[
            Route(GRAPHQL, endpoint),
            Route("/", lambda _: RedirectResponse(GRAPHQL)),
            Route("/schema.graphql", _text(declared.sdl)),
            Route("/health/live", health.live),
            Route("/health/ready", health.ready),
            Route("/metrics", telemetry.metrics),
        ],
        lifespan=lambda app: _alive(app, settings, payers, clock),
        hot={GRAPHQL},
    )


def operation_context(scope: Scope) -> Context:
    """What one operation knows, with pins of its own."""
    state: State = scope["state"]
    settings = state["settings"]
    return Context(
        principal=SANDBOX_PRINCIPAL,
        pins=Pins(state["memory"], state["connectors"], in_flight=settings.in_flight),
        now=state["clock"].now(),
        zone=settings.timezone,
        least_max_age=settings.cache.least_max_age,
        payers=state["payers"],
        conclusions=state["conclusions"],
        explanation=Explanation() if settings.explain and EXPLAIN in scope["headers"] else None,
    )


@asynccontextmanager
async def _alive(app: Starlette, settings: Settings, payers: Payers, clock: Clock) -> AsyncIterator[State]:
    async with AsyncExitStack() as closing:
        connectors = connect(settings, SANDBOX_PRINCIPAL.tenant, payers, closing, clock)
        conclusions = Conclusions(settings.cache.bytes // CONCLUDED)
        memory = Memory(
            most=settings.cache.entries,
            most_bytes=settings.cache.bytes,
            ages=settings.cache.given_ages,
            clock=clock,
            forgotten=conclusions.clear,
        )
        tier = None
        if settings.cache.shared:
            url = settings.cache.url.get_secret_value()
            deadline = settings.cache.timeout
            tier = SharedTier(url, settings.cache.seal, memory, deadline=deadline, clock=clock)
            closing.push_async_callback(tier.aclose)
            memory.share(tier)
            await tier.open()
        closing.push_async_callback(memory.aclose)
        app.state.forgetting = Forgetting(memory, connectors)
        yield {
            "memory": memory,
            "tier": tier,
            "payers": payers,
            "connectors": connectors,
            "conclusions": conclusions,
            "settings": settings,
            "clock": clock,
        }


def _text(text: str) -> Callable[[Request], PlainTextResponse]:
    return lambda _: PlainTextResponse(text)
