"""Clients that speak with the simulated upstreams without sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from starlette.types import ASGIApp

from sandbox.canvas import Canvas
from sandbox.canvas.canvas import CLIENT_ID, CLIENT_SECRET
from sandbox.clinic import Clinic
from sandbox.clinic.clinic import USER_TOKEN
from sandbox.eligibility import Eligibility
from sandbox.eligibility import eligibility as service
from sandbox.eligibility.rest import SEARCH, TOKEN
from sandbox.population import Population

FHIR = "http://fumage-acme.example"
CREDENTIALS = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}

ELIGIBILITY_CREDENTIALS = {
    "grant_type": "client_credentials",
    "client_id": service.CLIENT_ID,
    "client_secret": service.CLIENT_SECRET,
    "scope": "read write",
}


def client(app: ASGIApp, origin: str = FHIR) -> httpx.AsyncClient:
    """A client of one app."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=origin)


async def token(canvas: Canvas) -> str:
    """A fresh access token."""
    async with client(canvas.token_app(), "http://acme.example") as ehr:
        answer = await ehr.post("/auth/token/", data=CREDENTIALS)
    return str(answer.json()["access_token"])


@asynccontextmanager
async def signed_in(canvas: Canvas) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the FHIR app that has a token."""
    async with client(canvas.fhir_app()) as fhir:
        fhir.headers["Authorization"] = f"Bearer {await token(canvas)}"
        yield fhir


@asynccontextmanager
async def at_clinic(clinic: Clinic) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the clinic that has the user token; paths are below the insurances API."""
    async with client(clinic.app(), "http://clinic.example/v1/clinic/insurances") as office:
        office.headers["X-User-Token"] = USER_TOKEN
        yield office


@asynccontextmanager
async def at_eligibility(eligibility: Eligibility) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the eligibility service that has a token."""
    async with client(eligibility.app(), "http://eligibility.example") as api:
        granted = await api.post(TOKEN, data=ELIGIBILITY_CREDENTIALS)
        api.headers["Authorization"] = f"Bearer {granted.json()['access_token']}"
        yield api


def asking(people: Population, case: str, nth: int = 0, **more: str) -> str:
    """The search for the nth coverage of the first patient of a case."""
    (patient, *_) = people.case(case).patient_ids
    known_as = people.by_id[patient].known_as("urn:eligibility:patient")
    member_id = people.coverages_of[patient][nth].member_id
    return f"{SEARCH}?{httpx.QueryParams(patient_id=known_as or '1', insurance_number=member_id, **more)}"
