"""What docs/operations/replicas.md says of two replicas behind nginx is so, under load."""

import signal
import time
from pathlib import Path

import httpx

from tests_long.load import BROKEN_OFF, CLIENTS, load
from tests_long.nginx import Nginx
from tests_long.site import FIRST, SECOND, Site, site


async def test_a_replica_is_killed_and_replaced_under_load(tmp_path: Path) -> None:
    """Only POSTs that it had in hand fail, with a 502 or broken off; the new one asks no upstream.

    No log says which patients were asked for, not even by GET.
    """
    async with site(tmp_path) as (replicas, nginx):
        known = await replicas.known()
        calls = replicas.calls
        async with load(nginx.origin, known) as clients:
            await clients.more(lambda: answering(nginx, replicas) == {FIRST, SECOND})
            await replicas.end(FIRST, signal.SIGKILL)
            gone = time.monotonic()
            await clients.more()
            await replicas.start(FIRST)
            nginx.forget_log()
            await clients.more(lambda: answering(nginx, replicas) == {FIRST, SECOND})

        assert all(failed.method == "POST" and failed.began < gone for failed in clients.failures)
        assert {failed.status for failed in clients.failures} <= {httpx.codes.BAD_GATEWAY, BROKEN_OFF}
        assert len(clients.failures) <= CLIENTS
        assert clients.all_right
        assert replicas.calls == calls
        assert not any(patient in nginx.logs for patient in known)


async def test_replicas_are_replaced_without_any_error(tmp_path: Path) -> None:
    """Taken out first, stopped, started anew and let in again: no client notices, no upstream is asked."""
    async with site(tmp_path) as (replicas, nginx):
        known = await replicas.known()
        calls = replicas.calls
        async with load(nginx.origin, known) as clients:
            for replica in (FIRST, SECOND):
                await nginx.take_out(replica)
                await clients.more()
                assert await replicas.end(replica, signal.SIGTERM) == (0, "")
                await replicas.start(replica)
                await nginx.take_out()
                nginx.forget_log()
                await clients.more(lambda: answering(nginx, replicas) == {FIRST, SECOND})

        assert clients.failures == []
        assert clients.all_right
        assert replicas.calls == calls


async def test_a_lost_tier_costs_no_answer(tmp_path: Path) -> None:
    """Readiness tells it and stays 200; whoever remembers answers; when it is back it is used."""
    async with site(tmp_path) as (replicas, nginx):
        known = await replicas.known()
        async with httpx.AsyncClient(base_url=nginx.origin) as http, load(nginx.origin, known) as clients:
            await clients.more(lambda: answering(nginx, replicas) == {FIRST, SECOND})
            await replicas.tier.kill()
            await clients.more()
            lost = await http.get("/health/ready")
            await replicas.tier.start()
            began = time.monotonic()
            while (await http.get("/health/ready")).json()["sharedTier"] != "reachable":
                assert time.monotonic() < began + 10
            await clients.more()

        assert (lost.status_code, lost.json()["sharedTier"]) == (200, "unreachable")
        assert clients.failures == []
        assert clients.all_right


async def test_what_nginx_does_not_let_through(tmp_path: Path) -> None:
    """Another host name (DNS rebinding), a large body; one a little above its bound the gateway refuses."""
    async with site(tmp_path) as (_, nginx), httpx.AsyncClient(base_url=nginx.origin) as http:
        elsewhere = await http.get("/graphql", headers={"host": "evil.example"})
        too_large = await http.post("/graphql", json={"query": " " * 1_100_000})
        nearly = await http.post("/graphql", json={"query": " " * 1_020_000})

    assert elsewhere.status_code == 421
    assert (too_large.status_code, too_large.headers["content-type"]) == (413, "text/html")
    assert nearly.status_code == 413
    assert nearly.json()["errors"][0]["extensions"]["code"] == "CONTENT_TOO_LARGE"


def answering(nginx: Nginx, replicas: Site) -> set[str]:
    """The replicas that have answered, as nginx's log has it."""
    return {name for name, port in replicas.ports.items() if f" 127.0.0.1:{port} 200 " in nginx.log}
