"""How a running gateway forgets: its memory, and the conclusions that were drawn from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.control.order import Order
from connectors.cache import Connector
from connectors.drop import Drop
from connectors.forget import forget_patient
from connectors.memory import Memory
from resolvers.conclusions import Conclusions


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Whatever one process keeps of answers, for who must have some of it dropped."""

    memory: Memory
    connectors: Mapping[type, Connector]
    conclusions: Conclusions

    def drop(self, order: Order) -> int:
        """Carry out an order; how many answers were kept here. Operations under way keep what they read."""
        self.conclusions.clear()
        if order.kind is not None:
            return self.memory.drop(Drop(kind=order.kind))
        return forget_patient(self.memory, self.connectors, order.patient or "")
