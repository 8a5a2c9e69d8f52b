"""Where a request goes: ids and parameters as parts of a URL that they cannot change the shape of."""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

import httpx

from connectors.errors import InvalidKey

LONGEST_SEGMENT = 256
LONGEST_URL = 65_536
PORTS = range(1, 65_536)


class Root:
    """The address of one HTTP API: an http or https origin, perhaps with a path prefix.

    Raises ValueError for anything else; the message does not repeat it.
    """

    def __init__(self, url: str) -> None:
        self.address = _address(url)
        self._base = str(self.address)
        self._text = self._base.rstrip("/")
        self._prefix = self.address.path.rstrip("/")

    def url(self, segments: tuple[str, ...], params: Mapping[str, str]) -> str:
        """The base and exactly these path segments; without segments the base as it was written.

        Raises:
            InvalidKey: a segment or parameter that can name nothing, or one too many to be sent.
        """
        url = f"{self._text}/{_path(segments)}" if segments else self._base
        if params:
            url = f"{url}?{_query(params)}"
        if len(url) > LONGEST_URL:
            raise InvalidKey("The search is too long.")
        return url

    def linked(self, link: str) -> str | None:
        """A link that the upstream printed, or None when it leads to another origin or is no link.

        Absolute links of the same origin are taken as they are. A path ("/Coverage?…") continues the prefix,
        unless it begins with it: Canvas prints links relative to the FHIR base, others the whole path
        (RFC 3986). Anything else is relative to the base, taken as a folder.
        """
        path = link.partition("?")[0]
        if (
            path.startswith("/")
            and not path.startswith("//")
            and not f"{path}/".startswith(f"{self._prefix}/")
        ):
            link = self._prefix + link
        try:
            url = httpx.URL(f"{self._text}/").join(link)
        except (httpx.InvalidURL, ValueError):
            return None
        same = (url.scheme, url.host, url.port) == (self.address.scheme, self.address.host, self.address.port)
        return str(url) if same and not url.userinfo else None


_ELSEWHERE = frozenset("@?#\\ ")
"""What a base has nowhere: a secret with a slash in it puts the "@" behind what reads as the host."""

_LABEL = r"(?!-)[a-z0-9_-]{1,63}"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?|[0-9a-f:.]+", re.ASCII | re.IGNORECASE)


def _address(url: str) -> httpx.URL:
    if _ELSEWHERE.intersection(url):
        raise ValueError("the address of an upstream has no user, query, fragment or blank")
    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise ValueError("the address of an upstream cannot be read") from None
    if address.scheme not in {"http", "https"} or not _HOST.fullmatch(address.raw_host.decode()):
        raise ValueError("the address of an upstream begins with http:// or https:// and a host")
    if address.port is not None and address.port not in PORTS:
        raise ValueError(f"the port of an upstream is one of 1 to {PORTS[-1]}")
    return address


_UNSAYABLE = re.compile("[\0\ud800-\udfff]")


@lru_cache(maxsize=100)
def _name(text: str) -> str:
    return quote(text, safe="")  # an upstream has few parameters, whose names are nobody's


def _path(segments: tuple[str, ...]) -> str:
    if "" not in segments and _is_plain("".join(segments)):
        return "/".join(segments)
    return "/".join(map(_segment, segments))


def _query(params: Mapping[str, str]) -> str:
    if _is_plain("".join(params.values()).replace("/", "")):
        return "&".join([f"{_name(name)}={value}" for name, value in params.items()]).replace("/", "%2F")
    return "&".join([f"{_name(name)}={_value(value)}" for name, value in params.items()])


def _is_plain(text: str) -> bool:
    """Whether it means itself in a URL, as most ids and values do: letters, digits and hyphens."""
    return text.isascii() and text.replace("-", "").isalnum() and len(text) <= LONGEST_SEGMENT


def _segment(text: str) -> str:
    # isprintable() also keeps out lone surrogates, which have no UTF-8 form.
    if not 0 < len(text) <= LONGEST_SEGMENT or text in {".", ".."} or not text.isprintable():
        raise InvalidKey("An id must be 1 to 256 printable characters, and not dots alone.")
    return quote(text, safe="")


def _value(text: str) -> str:
    if _UNSAYABLE.search(text):
        raise InvalidKey("A search value must be text without NUL.")
    return quote(text, safe="")
