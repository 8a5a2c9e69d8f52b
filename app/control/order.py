"""What a gateway is told, and what it answers: one line of JSON each way."""

import json
from dataclasses import dataclass

from connectors.cache import Kind
from connectors.fhir.reference import is_id

LONGEST = 4096
"""Bytes of a line, with its end."""

PATIENCE = 5.0
"""Seconds that either side waits for the other's line."""


NO_ANSWER = "no answer"


class BadOrder(Exception):
    """What was told is no order. The message is for who told it, and quotes nothing of it."""


@dataclass(frozen=True, slots=True, repr=False)
class Order:
    """Drop what tells of the patient of this Canvas id, or what is of this kind: one of both is told."""

    patient: str | None = None
    kind: Kind | None = None

    @property
    def line(self) -> bytes:
        """The order as it is told."""
        what = {"patient": self.patient} if self.kind is None else {"kind": self.kind.value}
        return as_line({"drop": what})


def read_order(line: bytes) -> Order:
    """The order that a line tells. Raises BadOrder."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        raise BadOrder("an order is one line of JSON") from None
    match told:
        case {"drop": {"patient": str(patient), **more}, **rest} if not (more or rest):
            if is_id(patient):
                return Order(patient=patient)
            raise BadOrder("the patient's id is not a FHIR id")
        case {"drop": {"kind": str(kind), **more}, **rest} if not (more or rest):
            if kind in {one.value for one in Kind}:
                return Order(kind=Kind(kind))
            raise BadOrder("there is no such kind")
    raise BadOrder('an order is {"drop": {"patient": ID}} or {"drop": {"kind": KIND}}')


def read_answer(line: bytes) -> int | str:
    """How many answers were dropped, or why none were."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        told = None
    match told:
        case {"dropped": int(dropped)}:
            return dropped
        case {"error": str(sentence)}:
            return sentence
    return NO_ANSWER


def as_line(told: object) -> bytes:
    """A value as one line."""
    return json.dumps(told).encode() + b"\n"
