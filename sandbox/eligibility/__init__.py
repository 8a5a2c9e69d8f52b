"""The eligibility v2 API, simulated: one ASGI app, its token endpoint included."""

from sandbox.eligibility.eligibility import Eligibility
from sandbox.eligibility.switches import Switches

__all__ = ["Eligibility", "Switches"]
