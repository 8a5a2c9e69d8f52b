"""How a running gateway forgets."""

from typing import ClassVar

from app.asgi import create_app
from app.control.order import Order
from app.forgetting import Forgetting
from app.settings import Settings
from connectors.cache import Kind, remembered
from connectors.memory import Memory
from resolvers.conclusions import Conclusions


class Shelf:
    """A connector of plans."""

    system: ClassVar[str] = "shelf"
    realm = "here"

    @remembered(Kind.PLANS, fresh=60, while_revalidate=60, on_error=0)
    async def plan(self, key: str) -> str:
        """The plan of this key."""
        return f"plan {key}"


async def test_what_was_concluded_goes_with_what_was_remembered() -> None:
    """A conclusion holds the records that it was drawn from: it is drawn anew."""
    memory, conclusions = Memory(), Conclusions()
    plan = await memory.read(Shelf(), Shelf.plan, "a").answer
    conclusions.of(str.upper, (plan,))

    dropped = Forgetting(memory, {}, conclusions).drop(Order(kind=Kind.PLANS))

    assert dropped == 1
    assert not conclusions._drawn


async def test_a_living_gateway_can_forget() -> None:
    """Its state says how, also without any upstream."""
    app = create_app(Settings())
    async with app.router.lifespan_context(app):
        dropped = [app.state.forgetting.drop(one) for one in (Order(patient="p"), Order(kind=Kind.PLANS))]

    assert dropped == [0, 0]
