"""The sandbox on real sockets beside the gateway, and the settings that lead there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypedDict

from app.server import serving
from app.settings import CanvasSettings
from sandbox.canvas import Canvas
from sandbox.canvas.canvas import CLIENT_ID, CLIENT_SECRET

HOST = "127.0.0.1"


class Upstreams(TypedDict):
    """The settings of every simulated upstream, by the names that Settings has for them."""

    canvas: CanvasSettings


@asynccontextmanager
async def serving_sandbox(canvas: Canvas, port: int = 0) -> AsyncIterator[Upstreams]:
    """Serve the simulated upstreams while the block runs: from this port on, or on free ones (0)."""
    async with (
        serving(canvas.fhir_app(), HOST, port) as fhir,
        serving(canvas.token_app(), HOST, port and port + 1) as tokens,
    ):
        yield {
            "canvas": CanvasSettings.model_validate(
                {
                    "fhir_url": fhir,
                    "token_url": f"{tokens}/auth/token/",
                    "client_id": CLIENT_ID,
                    "client_secret": CLIENT_SECRET,
                }
            )
        }
