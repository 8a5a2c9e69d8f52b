"""Where a request goes: ids and parameters as parts of a URL that they cannot change the shape of."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

import httpx

from connectors.errors import InvalidKey

LONGEST_SEGMENT = 256


class Root:
    """The address of one HTTP API: an http or https origin, perhaps with a path prefix."""

    def __init__(self, url: str) -> None:
        self._whole = httpx.URL(url)
        if self._whole.scheme not in {"http", "https"} or not self._whole.host:
            raise ValueError("the address of an upstream begins with http:// or https:// and a host")
        if self._whole.userinfo or self._whole.query or self._whole.fragment:
            raise ValueError("the address of an upstream has no user, query or fragment")
        self._text = url.rstrip("/")
        self._prefix = self._whole.path.rstrip("/")

    def url(self, segments: tuple[str, ...], params: Mapping[str, str]) -> httpx.URL:
        """The base and exactly these path segments; without segments the base as it was written.

        Raises:
            InvalidKey: a segment or parameter that can name nothing.
        """
        path = "".join(["/" + _segment(segment) for segment in segments])
        query = "?" + urlencode([(name, _value(value)) for name, value in params.items()], quote_via=quote)
        try:
            return httpx.URL(
                (self._text + path if segments else str(self._whole)) + (query if params else "")
            )
        except httpx.InvalidURL:
            raise InvalidKey("The search is too long.") from None

    def linked(self, link: str) -> httpx.URL | None:
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
        same = (url.scheme, url.host, url.port) == (self._whole.scheme, self._whole.host, self._whole.port)
        return url if same and not url.userinfo else None


def _segment(text: str) -> str:
    # isprintable() also keeps out lone surrogates, which have no UTF-8 form.
    if not 0 < len(text) <= LONGEST_SEGMENT or text in {".", ".."} or not text.isprintable():
        raise InvalidKey("An id must be 1 to 256 printable characters, and not dots alone.")
    return quote(text, safe="")


def _value(text: str) -> str:
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidKey("A search value must be text without NUL.")
    return text
