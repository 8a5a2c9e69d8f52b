"""Clients that speak with a simulated Canvas without sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from starlette.types import ASGIApp

from sandbox.canvas import Canvas
from sandbox.canvas.canvas import CLIENT_ID, CLIENT_SECRET

FHIR = "http://fumage-acme.example"
CREDENTIALS = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


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
