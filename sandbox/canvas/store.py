"""The resources of one Canvas instance, and what they can be found by."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from sandbox.canvas import plain_r4, wire
from sandbox.canvas.search import PARAMETERS
from sandbox.canvas.switches import Switches
from sandbox.canvas.wire import Resource
from sandbox.population import Population

# Who was there before the first write was written on this day (seconds since 1970): 2024-01-01 UTC.
_REGISTERED = 1_704_067_200.0


class Store:
    """Resources by type and id, in creation order. A resource put again keeps its place."""

    def __init__(self) -> None:
        self._types: defaultdict[str, dict[str, Resource]] = defaultdict(dict)
        self._places: dict[tuple[str, str], int] = {}
        self._index: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
        self._updated: dict[tuple[str, str], float] = {}

    def put(self, resource: Resource, now: float = _REGISTERED) -> None:
        """Keep the resource in place of the one of that id, if any."""
        type_, id_ = resource["resourceType"], resource["id"]
        for key in _keys(self._types[type_].get(id_)):
            self._index[key].remove(id_)
        self._types[type_][id_] = resource
        self._places.setdefault((type_, id_), len(self._places))
        self._updated[type_, id_] = now
        for key in _keys(resource):
            self._index[key].append(id_)

    def get(self, type_: str, id_: str) -> Resource | None:
        """The resource of that id."""
        return self._types[type_].get(id_)

    def updated(self, type_: str, id_: str) -> float:
        """When the resource was written, in seconds since 1970."""
        return self._updated[type_, id_]

    def search(self, type_: str, wanted: Mapping[str, str]) -> list[Resource]:
        """The resources of that type that match each parameter, in creation order."""
        parameters = PARAMETERS[type_]
        return [
            resource
            for resource in self._candidates(type_, wanted)
            if all(parameters[name].matches(resource, value) for name, value in wanted.items())
        ]

    def _candidates(self, type_: str, wanted: Mapping[str, str]) -> Iterable[Resource]:
        """Few enough to look at: by the first indexed parameter, or all of the type."""
        for name, value in wanted.items():
            if PARAMETERS[type_][name].indexed:
                ids = sorted(
                    self._index.get((type_, name, value), ()), key=lambda id_: self._places[type_, id_]
                )
                return [self._types[type_][id_] for id_ in ids]
        return self._types[type_].values()


def _keys(resource: Resource | None) -> Iterator[tuple[str, str, str]]:
    if resource is None:
        return
    type_ = resource["resourceType"]
    for name, parameter in PARAMETERS[type_].items():
        if parameter.indexed:
            yield from ((type_, name, value) for value in parameter.values(resource))


def stored(population: Population, switches: Switches) -> Store:
    """A store with everybody in it, spelled as the switches say."""
    store = Store()
    for resource in _resources(population, switches):
        store.put(resource)
    return store


def _resources(population: Population, switches: Switches) -> Iterator[Resource]:
    systems = wire.SYSTEMS[switches.code_systems]
    plain = switches.mode == "plain-r4"
    other: Callable[[Resource], Resource] = plain_r4.decorated if plain else _same
    patient: Callable[[Resource], Resource] = plain_r4.patient if plain else _same
    yield from (other(wire.organization(payor)) for payor in population.payors)
    yield from (patient(wire.patient(person)) for person in population.people)
    yield from (other(wire.related_person(relative)) for relative in population.relatives)
    named = {id_ for case in population.cases for id_ in case.patient_ids}
    for it in population.coverages:
        resource = wire.coverage(it, systems)
        yield plain_r4.coverage(resource, it, named=it.beneficiary in named) if plain else resource


def _same(resource: Resource) -> Resource:
    return resource
