"""GraphQL over HTTP: one URL, GET and POST (graphql/graphql-over-http, September 2026 edition)."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from graphql import ExecutionResult, GraphQLFormattedError, GraphQLSchema
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from app.connection import LEFT
from app.graphql.execution import execute, is_request_error
from app.graphql.negotiation import GRAPHQL, JSON, answer_type, prefers_html
from app.graphql.operation import Operations, PreparedOperation, RequestError
from app.graphql.pending import settle
from app.graphql.request import (
    GraphQLRequest,
    check_headers,
    check_site,
    from_body,
    from_query_string,
    read_body,
)
from app.graphql.response import Answer, Header, HTTPError, answer, page, refused
from connectors.deadline import Deadlines
from resolvers.context import Incident
from schema.errors import Code, lost, masked, plain, tell

ALLOW: Header = (b"allow", b"GET, POST")
ALLOW_POST: Header = (b"allow", b"POST")
CLOSE: Header = (b"connection", b"close")

_TIME_IS_OVER = plain(Code.TIMEOUT, "The time for this operation is over")


class OperationContext(Protocol):
    """What the endpoint asks of the context that resolvers get. One context serves one operation."""

    @property
    def incidents(self) -> Sequence[Incident]:
        """What went wrong without making a field null."""

    def extensions(self) -> dict[str, object]:
        """What else is told beside the data."""

    def expire(self) -> None:
        """The operation's time is over: whatever it still waits for fails at once."""

    def close(self) -> None:
        """The operation is over, however it went: whatever it still awaits is dropped. Called once."""


class GraphQLEndpoint:
    """An ASGI application that answers GraphQL requests.

    `deadline` is in seconds, for an operation and also for its request to arrive. `ide` is the page for a
    browser that asks no query. `context_for` is called once an operation is known to be valid.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        operations: Operations,
        context_for: Callable[[Scope], OperationContext],
        *,
        deadline: float = 30.0,
        most_body_bytes: int = 1_000_000,
        ide: str | None = None,
    ) -> None:
        self._schema = schema
        self._operations = operations
        self._context_for = context_for
        self._deadline = deadline
        self._arrivals = Deadlines(deadline)
        self._most_body_bytes = most_body_bytes
        self._ide = ide.encode() if ide is not None else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. A client that has left is not answered."""
        headers = Headers(scope=scope)
        accept = ", ".join(headers.getlist("accept"))
        if self._ide is not None and _asks_for_page(scope, accept):
            await page(self._ide).send(send)
            return
        media_type = answer_type(accept)
        try:
            told = await self._answer(scope, headers, receive, media_type)
        except ClientDisconnect:
            return
        except asyncio.CancelledError:  # the server's: it stops, and what is under way has had its time
            told = refused(HTTPError(503, Code.STOPPING, "The gateway is stopping", CLOSE), media_type)
        except HTTPError as error:
            told = refused(error, media_type)
        except Exception as error:  # noqa: BLE001
            told = answer(500, media_type or JSON, {"errors": [masked(error)]})
        await told.send(send)

    async def _answer(
        self, scope: Scope, headers: Headers, receive: Receive, media_type: str | None
    ) -> Answer:
        if scope["method"] == "OPTIONS":
            return Answer(200, JSON, b"", (ALLOW,))
        if scope["method"] not in {"GET", "POST"}:
            raise HTTPError(405, Code.METHOD_NOT_ALLOWED, "Only GET and POST are served", ALLOW)
        if media_type is None:
            raise HTTPError(406, Code.NOT_ACCEPTABLE, f"Only {GRAPHQL} and {JSON} are served")
        request = await self._request(scope, headers, receive)
        try:
            prepared = self._operations.prepare(request.query, request.operation_name)
        except RequestError as error:
            return _not_executed(error.errors, media_type)
        _check_kind(prepared, scope["method"])
        return await self._executed(prepared, request.variables, scope, media_type)

    async def _request(self, scope: Scope, headers: Headers, receive: Receive) -> GraphQLRequest:
        if scope["method"] == "GET":
            check_site(headers)
            return from_query_string(scope["query_string"])
        check_headers(headers)
        try:
            with self._arrivals.begin():
                body = await read_body(receive, self._most_body_bytes)
        except TimeoutError:
            raise HTTPError(408, Code.TIMEOUT, "The request did not arrive in time", CLOSE) from None
        return from_body(body)

    async def _executed(
        self,
        prepared: PreparedOperation,
        variables: dict[str, object] | None,
        scope: Scope,
        media_type: str,
    ) -> Answer:
        context = self._context_for(scope)
        try:
            result = execute(
                self._schema,
                prepared,
                variables,
                context,
                hide_suggestions=self._operations.hide_suggestions,
            )
            if not isinstance(result, ExecutionResult):
                result = await settle(result, _left(scope), deadline=self._deadline, expire=context.expire)
            return _result(result, context, media_type)
        except TimeoutError:
            return answer(200, media_type, {"errors": [_TIME_IS_OVER], "data": None})
        finally:
            context.close()


def _result(result: ExecutionResult, context: OperationContext, media_type: str) -> Answer:
    if is_request_error(result):
        return _not_executed(tell(result.errors or ()), media_type)
    body: dict[str, object] = {"data": result.data}
    if errors := tell([*(result.errors or ()), *map(lost, context.incidents)]):
        body = {"errors": errors, **body}  # first, so that a reader sees them (GraphQL specification, 7.1)
    if extensions := context.extensions():
        body["extensions"] = extensions
    return answer(200, media_type, body)


def _not_executed(errors: list[GraphQLFormattedError], media_type: str) -> Answer:
    """Without `data`, only the GraphQL media type may have another status than 200."""
    return answer(400 if media_type == GRAPHQL else 200, media_type, {"errors": errors})


def _left(scope: Scope) -> asyncio.Future[None]:
    """What is done when the client has left; under a server that does not tell, it never is."""
    told: asyncio.Future[None] | None = scope.get("extensions", {}).get(LEFT)
    return asyncio.get_running_loop().create_future() if told is None else told


def _check_kind(prepared: PreparedOperation, method: str) -> None:
    if prepared.kind == "subscription":
        raise HTTPError(400, Code.BAD_REQUEST, "Subscriptions are not served at this URL by this method")
    if method == "GET" and prepared.kind != "query":
        raise HTTPError(405, Code.METHOD_NOT_ALLOWED, "GET serves queries only", ALLOW_POST)


def _asks_for_page(scope: Scope, accept: str) -> bool:
    return scope["method"] == "GET" and prefers_html(accept) and b"query=" not in scope["query_string"]
