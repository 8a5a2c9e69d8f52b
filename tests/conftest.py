"""What every test runs under."""

from collections.abc import AsyncIterator

import pytest_asyncio
from hypothesis import HealthCheck, settings

from tests.redis_server import RedisServer, redis_server

settings.register_profile(
    "default", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("long", parent=settings.get_profile("default"), max_examples=1000)
settings.load_profile("default")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_redis() -> AsyncIterator[RedisServer]:
    """A server for all tests that leave it running."""
    async with redis_server() as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def redis(running_redis: RedisServer) -> RedisServer:
    """An empty server, to be left running."""
    async with running_redis.client() as client:
        await client.config_set("maxmemory", 0)
        await client.flushall()
        await client.config_resetstat()
    return running_redis
