from collections.abc import AsyncIterator

import httpx
import pytest

from sandbox.canvas import Canvas
from sandbox.clinic import Clinic
from sandbox.eligibility import Eligibility
from sandbox.population import Population, population
from tests.sandbox.talking import at_clinic, at_eligibility, signed_in


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


@pytest.fixture
def clinic(people: Population) -> Clinic:
    """A clinic as documented, of its own for each test."""
    return Clinic(people)


@pytest.fixture
async def office(clinic: Clinic) -> AsyncIterator[httpx.AsyncClient]:
    """A client that has the user token for it; paths are below the insurances API."""
    async with at_clinic(clinic) as one:
        yield one


@pytest.fixture
def eligibility(people: Population) -> Eligibility:
    """An eligibility service as documented, of its own for each test."""
    return Eligibility(people)


@pytest.fixture
async def service(eligibility: Eligibility) -> AsyncIterator[httpx.AsyncClient]:
    """A client that has a token for it."""
    async with at_eligibility(eligibility) as one:
        yield one
