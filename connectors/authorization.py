"""The headers that carry an upstream's credentials; tokens that must be fetched have a file of their own."""

from collections.abc import Mapping
from typing import Protocol


class CallersToken(str):
    """A caller's own token, as a connector's method takes it that asks in the caller's name.

    Such a method cannot be remembered: `remembered` refuses it.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "<CallersToken>"


class Authorization(Protocol):
    """The headers that carry an upstream's credentials, and what to do when they are not accepted."""

    async def headers(self) -> Mapping[str, str]:
        """The headers to send; waits for a token when there is none."""

    def refused(self, sent: Mapping[str, str]) -> bool:
        """Told that `sent` met a 401. True: new headers are worth one more try."""


class Anonymous:
    """No credentials."""

    async def headers(self) -> Mapping[str, str]:
        """No headers."""
        return {}

    def refused(self, sent: Mapping[str, str]) -> bool:
        """Nothing new to offer."""
        return False


class StaticHeader:
    """A static token in a header, such as `X-User-Token`.

    Raises ValueError for a value that no header can carry; the message does not repeat it.
    """

    def __init__(self, name: str, value: str) -> None:
        if not value.isascii() or not value.isprintable() or value != value.strip() or not value:
            raise ValueError(f"the value of {name} must be printable ASCII without blanks around it")
        self._headers = {name: value}

    async def headers(self) -> Mapping[str, str]:
        """The header."""
        return self._headers

    def refused(self, sent: Mapping[str, str]) -> bool:
        """There is nothing else to offer: no second try."""
        return False
