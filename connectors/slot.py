"""What an answer is kept under."""

from typing import Any, TypeAlias

from connectors.cache import Fetch

Slot: TypeAlias = tuple[str, Fetch[Any, Any, Any], Any]
"""Whose answers they are (a realm), the method, its key."""
