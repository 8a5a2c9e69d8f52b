"""The clinic insurances API, simulated: one ASGI app."""

from sandbox.clinic.clinic import Clinic
from sandbox.clinic.switches import Switches

__all__ = ["Clinic", "Switches"]
