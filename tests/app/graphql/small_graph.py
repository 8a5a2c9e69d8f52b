"""A small graph without upstreams, a context that tells what was asked of it, and two ways to reach them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from graphql import GraphQLResolveInfo, GraphQLSchema, build_schema
from starlette.types import ASGIApp, Scope

from app import server
from app.graphql.endpoint import GraphQLEndpoint
from app.graphql.operation import Operations
from connectors.errors import InvalidKey, TimedOut, Unreachable
from resolvers.context import Incident

SDL = """
type Query {
  hello(name: String): String
  echo(numbers: [Int], tree: Tree, required: ID! = "x"): String
  slow: String
  stubborn: String
  broken: String
  unreachable: String
  badKey: String
  one: One
  needed: String!
  many: [One!]!
  number: Int
}
type One { slow: String hello: String more: [One!]! }
input Tree { leaf: Float branch: Tree }
type Mutation { write: String }
type Subscription { tick: Int }
"""
SECRET = "Ada 123-45-6789"


class Context:
    """Fields that wait, wait here."""

    def __init__(self) -> None:
        self.waiting: list[asyncio.Future[str]] = []
        self.asked = asyncio.Event()
        self.closed = asyncio.Event()
        self.told: list[str] = []
        self.incidents: list[Incident] = []
        self.notices: dict[str, object] = {}

    def wait(self) -> asyncio.Future[str]:
        """What never comes by itself."""
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.waiting.append(future)
        self.asked.set()
        if "expire" in self.told:
            future.set_exception(TimedOut("canvas"))
        return future

    def extensions(self) -> dict[str, object]:
        """What the test has put there."""
        return self.notices

    def expire(self) -> None:
        """The fields that wait fail, and those that would wait later."""
        self.told.append("expire")
        for future in self.waiting:
            if not future.done():
                future.set_exception(TimedOut("canvas"))

    def close(self) -> None:
        """The fields that wait are dropped."""
        self.told.append("close")
        for future in self.waiting:
            future.cancel()
        self.closed.set()


def graph() -> GraphQLSchema:
    """The schema of `SDL`, each field with its manner of answering."""
    schema = build_schema(SDL)
    for type_name, field, resolve in (
        ("Query", "hello", lambda _, __, name="you": f"hello {name}"),
        ("Query", "echo", lambda _, __, **given: str(given)),
        ("Query", "slow", lambda _, info: info.context.wait()),
        ("Query", "stubborn", _stubborn),
        ("Query", "broken", _raises(ValueError(SECRET))),
        ("Query", "unreachable", _raises(Unreachable("canvas"))),
        ("Query", "badKey", _raises(InvalidKey("An id has no spaces"))),
        ("Query", "one", lambda *_: {}),
        ("Query", "needed", lambda *_: None),
        ("Query", "many", _pair),
        ("One", "more", _pair),
        ("Query", "number", lambda *_: SECRET),
        ("One", "slow", lambda _, info: info.context.wait()),
        ("One", "hello", lambda *_: "hello"),
        ("Mutation", "write", lambda *_: "written"),
    ):
        schema.type_map[type_name].fields[field].resolve = resolve  # type: ignore[attr-defined]
    return schema


async def _stubborn(_: object, info: GraphQLResolveInfo[Context]) -> str:
    info.context.asked.set()
    return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]


async def _pair(*_: object) -> list[dict[str, object]]:
    return [{}, {}]


def _raises(error: Exception) -> Callable[..., Any]:
    def resolve(*_: object) -> None:
        raise error

    return resolve


class Gateway:
    """An endpoint over the small graph, with every context it has made."""

    def __init__(self, **settings: Any) -> None:
        schema = graph()
        self.contexts: list[Context] = []
        self.prepare: Callable[[Context], None] = lambda _: None
        self.endpoint: ASGIApp = GraphQLEndpoint(schema, Operations(schema), self._context, **settings)

    def _context(self, _: Scope) -> Context:
        context = Context()
        self.prepare(context)
        self.contexts.append(context)
        return context

    async def send(self, method: str = "POST", **request: Any) -> httpx.Response:
        """One request without a socket."""
        transport = httpx.ASGITransport(self.endpoint)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            return await client.request(method, "/graphql", **request)

    async def ask(self, query: str, accept: str = "application/json", **parameters: Any) -> httpx.Response:
        """One GraphQL request by POST."""
        return await self.send(json={"query": query, **parameters}, headers={"accept": accept})


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[int]:
    """The app behind the gateway's own server; gives its port, which listens already."""
    async with server.serving(app, "127.0.0.1", 0) as origin:
        yield int(origin.rpartition(":")[2])
