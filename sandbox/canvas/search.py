"""What Canvas lets one search by, and how (Canvas: the search parameters of each resource)."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from sandbox.canvas.wire import Resource


class Parameter(NamedTuple):
    """The values by which a resource is found: by one exactly, or (`partial`) by a part of one in any case.

    `indexed`: the store keeps a list for each value, so that a search does not look at everything.
    """

    values: Callable[[Resource], Iterable[str]]
    partial: bool = False
    indexed: bool = False

    def matches(self, resource: Resource, wanted: str) -> bool:
        """Whether a search for `wanted` finds the resource."""
        if not self.partial:
            return wanted in self.values(resource)
        return any(wanted.casefold() in value.casefold() for value in self.values(resource))


def _element(name: str, *, indexed: bool = False) -> Parameter:
    return Parameter(lambda resource: (str(resource.get(name, "")),), indexed=indexed)


def _patient(name: str) -> Parameter:
    """Found by `Patient/<id>`, the only form that Canvas documents; the reference may be absolute."""

    def values(resource: Resource) -> Iterable[str]:
        yield "/".join(resource[name]["reference"].rsplit("/", 2)[-2:])

    return Parameter(values, indexed=True)


def _identifiers(resource: Resource) -> Iterable[str]:
    for identifier in resource.get("identifier", ()):
        system, value = identifier.get("system", ""), identifier["value"]
        yield from (value, f"{system}|{value}", f"{system}|")


def _names(resource: Resource) -> Iterable[str]:
    for name in resource["name"]:
        yield from name.get("given", ())
        yield from (name[part] for part in ("family", "text") if part in name)


def _families(resource: Resource) -> Iterable[str]:
    return (name["family"] for name in resource["name"] if "family" in name)


def _givens(resource: Resource) -> Iterable[str]:
    return (given for name in resource["name"] for given in name.get("given", ()))


def _nicknames(resource: Resource) -> Iterable[str]:
    return (given for name in resource["name"] if name.get("use") == "nickname" for given in name["given"])


def _telecom(system: str) -> Parameter:
    def values(resource: Resource) -> Iterable[str]:
        return (contact["value"] for contact in resource["telecom"] if contact["system"] == system)

    return Parameter(values)


def _addresses(resource: Resource) -> Iterable[str]:
    for address in resource["address"]:
        yield from (address["city"], address["state"], address["postalCode"], *address["line"])


def _active(resource: Resource) -> Iterable[str]:
    yield str(resource["active"]).lower()


def _nothing(resource: Resource) -> Iterable[str]:
    return ()


PARAMETERS: dict[str, dict[str, Parameter]] = {
    "Coverage": {
        "_id": _element("id"),
        "patient": _patient("beneficiary"),
        "subscriberid": _element("subscriberId", indexed=True),
        "status": _element("status"),
        "identifier": Parameter(_identifiers, indexed=True),
    },
    "Organization": {
        "_id": _element("id"),
        "name": Parameter(lambda resource: (resource["name"],), partial=True),
        "address": Parameter(_addresses, partial=True),
    },
    "Patient": {
        "_id": _element("id"),
        "identifier": Parameter(_identifiers, indexed=True),
        "name": Parameter(_names, partial=True),
        "family": Parameter(_families, partial=True),
        "given": Parameter(_givens, partial=True),
        "nickname": Parameter(_nicknames, partial=True),
        "birthdate": _element("birthDate"),
        "gender": _element("gender"),
        "email": _telecom("email"),
        "phone": _telecom("phone"),
        "active": Parameter(_active),
        "_has:CareTeam:participant:member": Parameter(_nothing),  # nobody here is in a care team
    },
    "RelatedPerson": {"_id": _element("id"), "patient": _patient("patient")},
}

SORTABLE = {
    "_id": lambda resource: resource["id"],
    "birthdate": lambda resource: resource["birthDate"],
    "family": lambda resource: next(iter(_families(resource)), ""),
    "given": lambda resource: next(iter(_givens(resource)), ""),
}
