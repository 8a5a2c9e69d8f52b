"""Contained resources: those that exist only inside another one."""

from typing import TypeAlias, TypeVar

import msgspec

from connectors.fhir.resource import Heading, Resource

R = TypeVar("R", bound=Resource)

Contained: TypeAlias = tuple[msgspec.Raw, ...]  # undecoded: most are of types that nobody asks for


def contained(resources: Contained, local_id: str, resource: type[R]) -> R | None:
    """The resource of that type and id (as its reference names it, without "#") among `resources`."""
    read = (_read(raw, resource) for raw in resources if _is(raw, resource))
    return next((one for one in read if one and one.id.removeprefix("#") == local_id), None)


def _is(raw: msgspec.Raw, resource: type[Resource]) -> bool:
    heading = _read(raw, Heading)
    return heading is not None and heading.resource_type == resource.__name__


T = TypeVar("T")


def _read(raw: msgspec.Raw, shape: type[T]) -> T | None:
    # One that cannot be read dangles like one that is not there: it must not cost the record around it.
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
