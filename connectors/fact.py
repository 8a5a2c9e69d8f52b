"""Facts that follow from a record: worked out when first asked for, then kept with it."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

R = TypeVar("R")
V = TypeVar("V")


class fact(Generic[R, V]):  # noqa: N801  # a decorator, as `property` is one
    """A property of a frozen record, worked out once. As functools.cached_property without its lock.

    Records are read by one thread; a lock for each first look takes longer than most facts. The record must
    have a `__dict__`, to keep it in; what takes no longer to work out than to keep is better a property.
    """

    def __init__(self, tell: Callable[[R], V]) -> None:
        self.tell = tell
        self.__doc__ = tell.__doc__

    def __set_name__(self, owner: type[R], name: str) -> None:
        self.name = name

    @overload
    def __get__(self, record: None, owner: type[Any]) -> "fact[R, V]": ...
    @overload
    def __get__(self, record: R, owner: type[Any]) -> V: ...
    def __get__(self, record: R | None, owner: type[Any]) -> "fact[R, V] | V":
        if record is None:
            return self
        value = record.__dict__[self.name] = self.tell(record)
        return value
