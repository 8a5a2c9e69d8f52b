from collections.abc import AsyncIterator

import httpx
import pytest

from sandbox.canvas import Canvas
from sandbox.population import Population, population
from tests.sandbox.talking import signed_in


@pytest.fixture(scope="session")
def people() -> Population:
    """The usual people."""
    return population()


@pytest.fixture
def canvas(people: Population) -> Canvas:
    """A Canvas as documented, of its own for each test."""
    return Canvas(people)


@pytest.fixture
async def fhir(canvas: Canvas) -> AsyncIterator[httpx.AsyncClient]:
    """A client that has a token for it."""
    async with signed_in(canvas) as one:
        yield one
