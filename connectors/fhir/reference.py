"""FHIR R4 `Reference`: how one resource names another, and which of those names are ids to ask for."""

import re

import msgspec

from connectors.errors import InvalidKey
from connectors.fhir.datatypes import Identifier
from connectors.fhir.resource import Element

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_RELATIVE = re.compile(rf"(?P<type>[A-Z][A-Za-z]*)/(?P<id>{_ID.pattern})(?:/_history/{_ID.pattern})?")
_ELSEWHERE = {".", ".."}


def is_id(text: str) -> bool:
    """Whether `text` is a FHIR R4 id. "." and ".." are not: they would name another place in a URL's path."""
    return _ID.fullmatch(text) is not None and text not in _ELSEWHERE


def fhir_id(text: str) -> str:
    """The same text when it is a FHIR R4 id; InvalidKey when it is none and so can name nothing."""
    if not is_id(text):
        raise InvalidKey("The id is not a FHIR id.")
    return text


class Reference(Element, frozen=True, kw_only=True):
    """A reference as sent. Only a relative one names a resource of the same server.

    An absolute URL may lead to any server, and a record does not know its own: those below the server's base
    are made relative on arrival (`make_relative`), so that every other one dangles, as `urn:uuid:` does.
    """

    reference: str | None = None
    declared_type: str | None = msgspec.field(default=None, name="type")
    display: str | None = None
    identifier: Identifier | str | None = (
        None  # Canvas prints an eligibility response's payer id as a bare string
    )

    @property
    def type(self) -> str | None:
        """The resource type that is referred to, if it can be told."""
        found = _RELATIVE.fullmatch(self.reference or "")
        return found["type"] if found else self.declared_type

    @property
    def local(self) -> str | None:
        """The id of a contained resource, without its "#"."""
        name = self.reference or ""
        return name[1:] if name.startswith("#") and is_id(name[1:]) else None

    def target(self, resource_type: str) -> str | None:
        """The id of the `resource_type` of the same server that is referred to; None for anything else."""
        name = self.reference
        if not name or not name.startswith(resource_type):
            return None
        found = _RELATIVE.fullmatch(name)
        kind, target = found.groups() if found else (None, None)
        return target if kind == resource_type and target not in _ELSEWHERE else None


def make_relative(value: object, base_url: str) -> None:
    """Rewrites the references below `base_url` in a record just decoded, which nobody else holds yet."""
    if isinstance(value, Reference):
        below = (value.reference or "").removeprefix(f"{base_url.rstrip('/')}/")
        msgspec.structs.force_setattr(value, "reference", below or None)
    elif isinstance(value, tuple):
        for item in value:
            make_relative(item, base_url)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            make_relative(getattr(value, name), base_url)
