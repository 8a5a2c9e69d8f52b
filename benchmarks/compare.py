"""Before anything is measured: both gateways say the same, and it is what the sandbox knows to be true."""

import asyncio
import json
from collections.abc import Sequence

from benchmarks.measure import server
from benchmarks.question import AT_ONCE, request
from benchmarks.upstreams import Upstreams

COMPARED = 200


async def check_answers(behind: Upstreams, patients: Sequence[str]) -> dict[int, bytes]:
    """Raise RuntimeError when they differ. Gives an ordinary answer's body, by the number of its patients.

    Every patient is asked for once here, so that the upstreams have heard everything before they are timed.
    """
    behind.begin(0)
    async with server("gateway", behind) as (gateway, _), server("ordinary", behind) as (ordinary, _):
        for patient in patients[COMPARED:]:
            await _body(gateway, [patient])
        for patient in patients[:COMPARED]:
            await _compare(gateway, ordinary, [patient])
        await _compare(gateway, ordinary, patients[:AT_ONCE])
        return {number: await _body(gateway, patients[:number]) for number in (1, AT_ONCE)}


async def _compare(gateway: int, ordinary: int, patients: Sequence[str]) -> None:
    ours, theirs = [json.loads(await _body(port, patients)) for port in (gateway, ordinary)]
    if ours["data"] != theirs["data"] or "errors" in ours:
        raise RuntimeError("the gateways do not agree: the comparison would mean nothing")


async def _body(port: int, patients: Sequence[str]) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request(patients).replace(b"\r\n", b"\r\nconnection: close\r\n", 1))
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.partition(b"\r\n\r\n")[2]
