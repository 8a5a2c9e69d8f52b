"""Credentials that are one header with a secret in it, the same for every request."""

from collections.abc import Mapping


class StaticHeader:
    """The Authorization of an upstream that takes a static token, such as `X-User-Token`.

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
