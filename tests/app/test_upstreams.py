"""The connectors as they are built from the settings."""

from contextlib import AsyncExitStack

from app.settings import CanvasSettings, ClinicSettings, EligibilitySettings, Settings
from app.upstreams import connect
from connectors.payers import Payers

HOST = "https://insurance.example"


async def test_systems_at_one_address_share_no_answers() -> None:
    """One host may serve all of them to one credential: their ids are of different people."""
    settings = Settings(
        canvas=CanvasSettings.model_validate(
            {"fhir_url": HOST, "token_url": f"{HOST}/token", "client_id": "one", "client_secret": "s"}
        ),
        clinic=ClinicSettings.model_validate({"url": HOST, "user_token": "one"}),
        eligibility=EligibilitySettings.model_validate({"url": HOST, "token": "one"}),
    )
    async with AsyncExitStack() as closing:
        connectors = connect(settings, "tenant", Payers(), closing)

    assert len({one.realm for one in connectors.values()}) == 3
