"""What a plan of the clinic's catalogue pays: amounts under keys that vary by carrier."""

import re
from collections.abc import Mapping
from decimal import Decimal

import msgspec

from connectors.fhir.datatypes import exact
from connectors.record import Record

AMOUNTS = ("deductible", "copay", "out_of_pocket_max")
_CENT = Decimal("0.01")
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?")
_TEXT = msgspec.json.Decoder(str)


class Detail(Record, frozen=True, kw_only=True):
    """One entry as text. Nested values are compact JSON."""

    key: str
    value: str


class CoverageDetails(Record, frozen=True, kw_only=True):
    """The amounts in USD, with two places. `other` has every further key, and an amount that cannot be read.

    "1,500" cannot: it is a different amount where the comma is the decimal point.
    """

    deductible: Decimal | None = None
    copay: Decimal | None = None
    out_of_pocket_max: Decimal | None = None
    other: tuple[Detail, ...] = ()


def coverage_details(sent: Mapping[str, msgspec.Raw]) -> CoverageDetails:
    """What was sent, told. Raises msgspec.MsgspecError or ValueError for what is no JSON."""
    texts = {key: text for key, raw in sent.items() if (text := _text(raw)) is not None}
    amounts = {key: amount for key in AMOUNTS if (amount := _amount(texts.get(key, ""))) is not None}
    other = tuple(Detail(key=key, value=text) for key, text in texts.items() if key not in amounts)
    return CoverageDetails(**amounts, other=other)


def _text(raw: msgspec.Raw) -> str | None:
    compact = msgspec.json.format(bytes(raw), indent=-1)
    if compact == b"null":
        return None
    return _TEXT.decode(compact) if compact.startswith(b'"') else compact.decode()


def _amount(text: str) -> Decimal | None:
    """The amount, unless it has more than two places: it would have to be rounded."""
    number = exact(Decimal(text.strip())) if _NUMBER.fullmatch(text.strip()) else None
    if number is None:
        return None
    cents = number.quantize(_CENT)
    return cents if cents == number else None
