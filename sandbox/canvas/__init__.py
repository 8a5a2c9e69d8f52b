"""The Canvas FHIR API, simulated: two ASGI apps, one for FHIR and one for tokens."""

from sandbox.canvas.canvas import Canvas
from sandbox.canvas.switches import Switches

__all__ = ["Canvas", "Switches"]
