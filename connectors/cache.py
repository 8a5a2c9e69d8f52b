"""How long each kind of answer is remembered: the rule stands on the method that fetches it."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar, get_type_hints, overload

C = TypeVar("C")
K = TypeVar("K")
V = TypeVar("V")


class Connector(Protocol):
    """One upstream as the graph reads it: a class whose methods are fetches."""

    system: ClassVar[str]

    @property
    def realm(self) -> str:
        """Whose answers these are: tenant, upstream and credential. What differs here is never shared."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Seconds for which an answer is given again without asking.

    `absent`: for "there is none", and for an answer of which an entry could not be read.
    """

    fresh: float
    absent: float


class Fetch(Generic[C, K, V]):
    """A connector's method from one key to one answer, with the policy written above it.

    Read from the class (`Canvas.patient`) it is this value, which joins declare; read from a connector it is
    the plain method, which asks the upstream each time. Only methods that use the gateway's own credentials
    may be fetches: what a caller's token fetched is nobody else's to see.
    """

    def __init__(self, method: Callable[[C, K], Awaitable[V]], policy: Policy, *, by_id: bool) -> None:
        self.method = method
        self.policy = policy
        self.by_id = by_id
        self.__doc__ = method.__doc__

    def __set_name__(self, owner: type[C], name: str) -> None:
        self.connector = owner
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type[C]) -> "Fetch[C, K, V]": ...
    @overload
    def __get__(self, instance: C, owner: type[C]) -> Callable[[K], Awaitable[V]]: ...
    def __get__(self, instance: C | None, owner: type[C]) -> "Fetch[C, K, V] | Callable[[K], Awaitable[V]]":
        if instance is None:
            return self
        return self.method.__get__(instance, owner)  # type: ignore[no-any-return]  # a bound method

    def __repr__(self) -> str:
        return f"{self.connector.__name__}.{self.name}"

    @property
    def answer_type(self) -> Any:
        """What the method's annotation says it gives."""
        return get_type_hints(self.method)["return"]


def remembered(
    *, fresh: float, absent: float = 5.0, by_id: bool = False
) -> Callable[[Callable[[C, K], Awaitable[V]]], Fetch[C, K, V]]:
    """Remember a method's answers for `fresh` seconds, and that there is none for `absent`.

    `by_id` tells that the key is the answer's own id: what needs this id need not wait for the answer.
    """
    return lambda method: Fetch(method, Policy(fresh=fresh, absent=absent), by_id=by_id)


def policies(connectors: Iterable[type]) -> Iterator[tuple[str, Policy]]:
    """Each fetch of these connectors with its policy: what an operator may want to see as a table."""
    for connector in connectors:
        for fetch in vars(connector).values():
            if isinstance(fetch, Fetch):
                yield repr(fetch), fetch.policy
