"""How long each kind of answer is remembered: the rule stands on the method that fetches it."""

import inspect
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, ClassVar, Generic, Protocol, TypeVar, get_args, get_origin, get_type_hints, overload

from connectors.authorization import CallersToken

C = TypeVar("C")
K = TypeVar("K")
V = TypeVar("V")


class Connector(Protocol):
    """One upstream as the graph reads it: a class whose methods are fetches."""

    system: ClassVar[str]

    @property
    def realm(self) -> str:
        """Whose answers these are: tenant, upstream and credential. What differs here is never shared."""


class Kind(Enum):
    """What an answer is about. Operators set ages, and drop what is remembered, by kind."""

    PATIENTS = "patients"
    COVERAGES = "coverages"
    PAYORS = "payors"
    PLANS = "plans"
    PERSONS = "persons"
    DEPENDENTS = "dependents"
    ELIGIBILITY = "eligibility"


OF_NOBODY = frozenset({Kind.PAYORS, Kind.PLANS})
"""Kinds of answers that are not of patients."""


@dataclass(frozen=True)
class Ages:
    """Seconds since an answer came, up to which it is given again.

    `fresh`: without asking. `while_revalidate`: while the upstream is asked behind it. `on_error`: when the
    upstream was asked and failed; 0: never. From `fresh` on an answer is stale, and told to be.
    """

    fresh: float
    while_revalidate: float
    on_error: float

    @cached_property
    def last(self) -> float:
        """Up to which age an answer is of any use."""
        return max(self.fresh, self.while_revalidate, self.on_error)


@dataclass(frozen=True, slots=True)
class GivenAges:
    """Ages that an operator sets in place of a method's; None: as the method has it."""

    fresh: float | None = None
    while_revalidate: float | None = None
    on_error: float | None = None

    def over(self, ages: Ages) -> Ages:
        """These where they are set, else those."""
        return Ages(
            fresh=ages.fresh if self.fresh is None else self.fresh,
            while_revalidate=ages.while_revalidate
            if self.while_revalidate is None
            else self.while_revalidate,
            on_error=ages.on_error if self.on_error is None else self.on_error,
        )


AS_WRITTEN = GivenAges()


@dataclass(frozen=True, slots=True)
class Policy:
    """The kind of a method's answers, and their ages.

    `absent` is the age up to which "there is none", and an answer of which an entry could not be read, is
    given again. Neither is ever given stale.
    """

    kind: Kind
    ages: Ages
    absent: float


class Fetch(Generic[C, K, V]):
    """A connector's method from one key to one answer, with the policy written above it.

    Read from the class (`Canvas.patient`) it is this value, which joins declare; read from a connector it is
    the plain method, which asks the upstream each time. Only methods that use the gateway's own credentials
    may be fetches: what a caller's token fetched is nobody else's to see.
    """

    def __init__(
        self,
        method: Callable[[C, K], Awaitable[V]],
        policy: Policy,
        *,
        by_id: bool,
        of: Callable[[Any], str] | None,
    ) -> None:
        self.method = method
        self.policy = policy
        self.by_id = by_id
        self.of = of
        self.is_personal = policy.kind not in OF_NOBODY
        self.learn: Callable[[Any, Any], None] | None = None
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

    def learns(self, method: Callable[[C, V], None]) -> Callable[[C, V], None]:
        """Tell this method of the same connector each answer that another process asked for."""
        self.learn = method
        return method

    @property
    def answer_type(self) -> Any:
        """What the method's annotation says it gives."""
        return get_type_hints(self.method)["return"]


def remembered(
    kind: Kind,
    *,
    fresh: float,
    while_revalidate: float,
    on_error: float,
    absent: float = 5.0,
    by_id: bool = False,
    of: Callable[[Any], str] | None = None,
) -> Callable[[Callable[[C, K], Awaitable[V]]], Fetch[C, K, V]]:
    """Remember a method's answers up to these ages: see Ages and Policy.

    `by_id` tells that the key is the answer's own id: what needs this id need not wait for the answer. `of`
    gives the patient whom a key is about, by the id that the upstream has for them, as its records write it.

    Raises:
        TypeError: the method uses a caller's own token: what it gives is nobody else's to see.
    """
    policy = Policy(kind, Ages(fresh, while_revalidate, on_error), absent)

    def declare(method: Callable[[C, K], Awaitable[V]]) -> Fetch[C, K, V]:
        _check_own_credentials(method)
        return Fetch(method, policy, by_id=by_id, of=of)

    return declare


def _check_own_credentials(method: Callable[..., Any]) -> None:
    parameters = list(inspect.signature(method).parameters.values())
    if len(parameters) != 2 or any(_holds_callers_token(one.annotation, set()) for one in parameters):  # noqa: PLR2004
        raise TypeError("only a method from one key to one answer, without a caller's token, is remembered")


def _holds_callers_token(annotation: object, seen: set[type]) -> bool:
    """Whether what a key is may hold a caller's own token: itself, or anywhere in a record."""
    if parts := get_args(annotation):
        return any(_holds_callers_token(part, seen) for part in (get_origin(annotation), *parts))
    if not isinstance(annotation, type):
        return CallersToken.__name__ in str(annotation)
    if annotation in seen:
        return False
    seen.add(annotation)
    facts = (fact for base in annotation.__mro__ for fact in inspect.get_annotations(base).values())
    return issubclass(annotation, CallersToken) or any(_holds_callers_token(fact, seen) for fact in facts)


def policies(connectors: Iterable[type], given: Mapping[Kind, GivenAges]) -> Iterator[tuple[str, Policy]]:
    """Each fetch of these connectors with its policy, where the operator's ages come first."""
    for connector in connectors:
        for fetch in vars(connector).values():
            if isinstance(fetch, Fetch):
                kind = fetch.policy.kind
                ages = given.get(kind, AS_WRITTEN).over(fetch.policy.ages)
                yield repr(fetch), Policy(kind, ages, fetch.policy.absent)
