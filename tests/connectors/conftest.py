"""Processes that share a server, and the server itself."""

from collections.abc import AsyncIterator

import pytest_asyncio
from redis.asyncio import Redis

from tests.connectors.sharing import Office, office
from tests.redis_server import RedisServer, redis_server


@pytest_asyncio.fixture
async def shared(redis: RedisServer) -> AsyncIterator[Office]:
    """An office on an empty server."""
    async with office(redis) as one:
        yield one


@pytest_asyncio.fixture
async def mortal() -> AsyncIterator[Office]:
    """An office on a server of its own, which may be killed."""
    async with redis_server() as server, office(server) as one:
        yield one


@pytest_asyncio.fixture
async def client(redis: RedisServer) -> AsyncIterator[Redis]:
    """A client of the test's own."""
    async with redis.client() as one:
        yield one
