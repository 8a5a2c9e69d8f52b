"""The sandbox on real sockets beside the gateway, and the settings that lead there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypedDict

from app.server import serving
from app.settings import CanvasSettings, ClinicSettings, EligibilitySettings
from sandbox.canvas import Canvas, Switches
from sandbox.canvas import canvas as canvas_credentials
from sandbox.canvas.switches import CanvasMode, people_of
from sandbox.clinic import Clinic
from sandbox.clinic.clinic import USER_TOKEN
from sandbox.eligibility import Eligibility
from sandbox.eligibility import eligibility as eligibility_credentials
from sandbox.population import Population, population

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Sandbox:
    """The simulated upstreams, over the same people."""

    canvas: Canvas
    clinic: Clinic
    eligibility: Eligibility

    @property
    def population(self) -> Population:
        """The people."""
        return self.canvas.population


class Upstreams(TypedDict, total=False):
    """The settings of every simulated upstream, by the names that Settings has for them."""

    canvas: CanvasSettings
    clinic: ClinicSettings
    eligibility: EligibilitySettings


def simulated(count: int, mode: CanvasMode) -> Sandbox:
    """A sandbox of so many people, whose Canvas answers in this mode."""
    people = population(count, mode=people_of(mode))
    return Sandbox(
        canvas=Canvas(people, Switches(mode=mode)),
        clinic=Clinic(people),
        eligibility=Eligibility(people),
    )


@asynccontextmanager
async def serving_sandbox(sandbox: Sandbox, port: int = 0) -> AsyncIterator[Upstreams]:
    """Serve the simulated upstreams while the block runs: from this port on, or on free ones (0)."""
    async with (
        serving_canvas(sandbox.canvas, port) as canvas,
        serving_clinic(sandbox.clinic, port and port + 2) as clinic,
        serving_eligibility(sandbox.eligibility, port and port + 3) as eligibility,
    ):
        yield {"canvas": canvas, "clinic": clinic, "eligibility": eligibility}


@asynccontextmanager
async def serving_canvas(canvas: Canvas, port: int = 0) -> AsyncIterator[CanvasSettings]:
    """Serve a simulated Canvas while the block runs: on this port and the next, or on free ones (0)."""
    async with (
        serving(canvas.fhir_app(), HOST, port) as fhir,
        serving(canvas.token_app(), HOST, port and port + 1) as tokens,
    ):
        yield CanvasSettings.model_validate(
            {
                "fhir_url": fhir,
                "token_url": f"{tokens}/auth/token/",
                "client_id": canvas_credentials.CLIENT_ID,
                "client_secret": canvas_credentials.CLIENT_SECRET,
            }
        )


@asynccontextmanager
async def serving_clinic(clinic: Clinic, port: int = 0) -> AsyncIterator[ClinicSettings]:
    """Serve a simulated clinic while the block runs: on this port, or on a free one (0)."""
    async with serving(clinic.app(), HOST, port) as url:
        yield ClinicSettings.model_validate({"url": url, "user_token": USER_TOKEN})


@asynccontextmanager
async def serving_eligibility(eligibility: Eligibility, port: int = 0) -> AsyncIterator[EligibilitySettings]:
    """Serve a simulated eligibility service while the block runs: on this port, or on a free one (0)."""
    async with serving(eligibility.app(), HOST, port) as url:
        yield EligibilitySettings.model_validate(
            {
                "url": url,
                "token_url": f"{url}/apis/v2/oauth/token",
                "client_id": eligibility_credentials.CLIENT_ID,
                "client_secret": eligibility_credentials.CLIENT_SECRET,
            }
        )
