"""How coverages of one patient make room for one another (Canvas: Coverage, `order`)."""

from sandbox.canvas.store import Store
from sandbox.canvas.wire import Resource

LAST_RANK = 5


def make_room(store: Store, newcomer: Resource, now: float) -> None:
    """Whoever held the newcomer's rank moves one down, and so on; those who reach the last rank share it."""
    if newcomer["status"] != "active":
        return
    moving = _holders(store, newcomer, newcomer["order"])
    for rank in range(newcomer["order"] + 1, LAST_RANK + 1):
        displaced = _holders(store, newcomer, rank) if moving else []
        for resource in moving:
            store.put(resource | {"order": rank}, now)
        moving = displaced


def _holders(store: Store, newcomer: Resource, rank: int) -> list[Resource]:
    """Active coverages of the same patient at that rank, the newcomer itself apart."""
    return [
        resource
        for resource in store.search("Coverage", {"patient": newcomer["beneficiary"]["reference"]})
        if resource["order"] == rank and resource["status"] == "active" and resource["id"] != newcomer["id"]
    ]
