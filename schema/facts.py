"""Whether a record tells a fact as its type promises; asked when a type is declared."""

from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import strawberry

from connectors.fact import fact as known

SCALARS = (str, bool, int, date, datetime, Decimal)


def check_fact(name: str, fact: str, promised: Any, record: type) -> None:
    """Raise TypeError when the record lacks the fact, may have none of it, or tells another scalar.

    `name` and `fact` are the type's and field's, for the message.
    """
    if not hasattr(record, fact):
        raise TypeError(f"{name}.{fact}: {record.__name__} has no such fact")
    told = _kinds(_told(record, fact))
    expected = _kinds(promised)
    if NoneType in told - expected:
        raise TypeError(f"{name}.{fact} promises a value, and {record.__name__} may have none")
    scalars = told & set(SCALARS)
    if scalars and not scalars <= expected:
        raise TypeError(f"{name}.{fact}: {record.__name__} tells another kind of value")


def _told(record: type, fact: str) -> Any:
    """The annotation of a field, or of what a property returns."""
    attribute = getattr(record, fact)
    if isinstance(attribute, known):
        return get_type_hints(attribute.tell).get("return")
    if isinstance(attribute, property):
        return get_type_hints(attribute.fget).get("return")
    return get_type_hints(record).get(fact)


def _kinds(hint: Any) -> set[Any]:
    """What an annotation allows; an ID is text."""
    hints = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return {str if one is strawberry.ID else one for one in hints}
