"""Whether a body has the form of a Coverage: known elements, the right JSON types, nothing required missing.

Canvas validates with a FHIR library over pydantic; the sentences are of that form (Canvas: Errors).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sandbox.canvas.outcomes import Issue


class Needed(NamedTuple):
    """An element that must be there."""

    shape: Any


Where = tuple[str | int, ...]

_ANY = None  # an element whose inside nobody looks at
_CODING = {"id": str, "system": str, "version": str, "code": str, "display": str, "userSelected": bool}
_CONCEPT = {"id": str, "coding": [_CODING], "text": str}
_NEEDED_CONCEPT = {"id": str, "coding": Needed([_CODING | {"code": Needed(str)}]), "text": str}
_IDENTIFIER = {
    "id": str,
    "use": str,
    "type": _CONCEPT,
    "system": str,
    "value": str,
    "period": _ANY,
    "assigner": _ANY,
}
_REFERENCE = {"id": str, "reference": str, "type": str, "identifier": _IDENTIFIER, "display": str}
_PERSON = _REFERENCE | {"reference": Needed(str)}
COVERAGE = {
    "resourceType": Needed(str),
    "id": str,
    "meta": _ANY,
    "implicitRules": str,
    "language": str,
    "text": _ANY,
    "contained": _ANY,
    "extension": _ANY,
    "modifierExtension": _ANY,
    "identifier": [_IDENTIFIER],
    "status": Needed(str),
    "type": _CONCEPT,
    "policyHolder": _REFERENCE,
    "subscriber": Needed(_PERSON),
    "subscriberId": Needed(str),
    "beneficiary": Needed(_PERSON),
    "dependent": str,
    "relationship": Needed(_NEEDED_CONCEPT),
    "period": {"id": str, "start": str, "end": str},
    "payor": Needed([_REFERENCE]),
    "class": [{"id": str, "type": Needed(_NEEDED_CONCEPT), "value": Needed(str), "name": str}],
    "order": Needed(int),
    "network": str,
    "costToBeneficiary": _ANY,
    "subrogation": bool,
    "contract": [_REFERENCE],
}


def issues(value: object, shape: Any, where: Where = ("body",)) -> Iterator[Issue]:
    """What is wrong with the value, where."""
    shape = shape.shape if isinstance(shape, Needed) else shape
    if isinstance(shape, dict):
        yield from _object(value, shape, where)
    elif isinstance(shape, list):
        yield from _array(value, shape[0], where)
    elif shape is not _ANY:
        yield from _primitive(value, shape, where)


def _object(value: object, shape: dict[str, Any], where: Where) -> Iterator[Issue]:
    if not isinstance(value, dict):
        yield issue("value", where, "value is not a valid dict", "type_error.dict")
        return
    for name, inner in shape.items():
        if name in value:
            yield from issues(value[name], inner, (*where, name))
        elif isinstance(inner, Needed):
            yield issue("required", (*where, name), "field required", "value_error.missing")
    for name in value.keys() - shape.keys():
        yield issue("structure", (*where, name), "extra fields not permitted", "value_error.extra")


def _array(value: object, inner: Any, where: Where) -> Iterator[Issue]:
    if not isinstance(value, list):
        yield issue("value", where, "value is not a valid list", "type_error.list")
    elif not value:
        yield issue("value", where, "ensure this value has at least 1 items", "value_error.list.min_items")
    else:
        for place, item in enumerate(value):
            yield from issues(item, inner, (*where, place))


def _primitive(value: object, kind: type, where: Where) -> Iterator[Issue]:
    if type(value) is not kind:
        yield issue("value", where, f"{kind.__name__} type expected", f"type_error.{kind.__name__}")
    elif value == "":
        text = "ensure this value has at least 1 characters"
        yield issue("value", where, text, "value_error.any_str.min_length; limit_value=1")


def issue(code: str, where: Where, text: str, kind: str) -> Issue:
    """An issue in the words of the validator: where, what, and of which kind."""
    return Issue(code, f"{' -> '.join(map(str, where))} — {text} (type={kind})")
