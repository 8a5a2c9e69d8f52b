"""The steps by which docs/operations/replicas.md changes the key of what is shared."""

import asyncio
import base64
import signal
from pathlib import Path

from app.control.client import tell
from app.control.order import Order
from tests_long.load import asked
from tests_long.site import FIRST, KEY, SECOND, Site, site

NEW = base64.urlsafe_b64encode(bytes(range(32, 64))).decode()
STEPS = (f"{KEY},{NEW}", f"{NEW},{KEY}", NEW)


async def test_the_key_is_changed_step_by_step(tmp_path: Path) -> None:
    """Within and after each step what one replica forgets the other forgets; answers are the right ones."""
    async with site(tmp_path) as (replicas, _):
        patient = next(iter(await replicas.known()))
        for keys in STEPS:
            replicas.settings["GATEWAY_CACHE__KEY"] = keys
            for replica in (FIRST, SECOND):
                await replicas.end(replica, signal.SIGTERM)
                await replicas.start(replica)
                await forgetting_is_heard(replicas, patient, FIRST, SECOND)
                await forgetting_is_heard(replicas, patient, SECOND, FIRST)


async def forgetting_is_heard(replicas: Site, patient: str, teller: str, listener: str) -> None:
    """A patient whom one replica is told to forget is asked for anew by the other."""
    path = f"/Patient/{patient}"
    async with replicas.http(listener) as http, asyncio.timeout(20):
        before = (await asked(http, patient)).json()
        calls = replicas.sandbox.canvas.journal.count("GET", path)
        await asyncio.to_thread(
            tell, replicas.control(teller), replicas.ports[teller], Order(patient=patient)
        )
        while replicas.sandbox.canvas.journal.count("GET", path) == calls:
            assert (await asked(http, patient)).json() == before
            await asyncio.sleep(0.01)
