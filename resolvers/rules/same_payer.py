"""Whether an organization of the EHR and a payer of the eligibility service are the same payer.

Numbers are compared first, names where a number is missing.

- **Numbers** are the clearinghouse's payer ids. Case and blanks do not count. Digits alone are filled up to
  five with zeros on the left, because spreadsheets lose those: "10" is "00010". Beyond that zeros count, and
  letters are never filled up: "000010" and "A10" are themselves. Zeros only are no number.
- **Names** are compared without case, accents, punctuation and "plan"; "&" is "and". "The" at the beginning
  and a legal form at the end (Inc, LLC, Corp, Company, …) do not count. All else does, also "of" and a state:
  Blue Cross of Idaho is not Blue Cross of Kansas.

One number in common settles it, whatever the names: that is one payer under two spellings. Different numbers
and different names are two payers. Different numbers under the same name are UNKNOWN: a large payer has a
number for each line of business, and the payers of several states may share a name. Different numbers alone,
without two names, are UNKNOWN for the first of these reasons.
"""

from collections.abc import Iterable
from enum import Enum

from connectors.names import normalized
from connectors.record import Record, Source

DIGITS = 5
"""How many characters a clearinghouse's number has, as a rule."""

_LEGAL_FORMS = frozenset({"inc", "incorporated", "llc", "corp", "corporation", "co", "company", "ltd", "plc"})


class SamePayerValue(Enum):
    """Whether two payers are the same."""

    YES = "YES"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


class SamePayerBy(Enum):
    """What decided whether two payers are the same: the clearinghouse's number, or the normalised name."""

    NUMBER = "NUMBER"
    NAME = "NAME"


class SamePayerReason(Enum):
    """What was compared, and how it came out. NO_NUMBER, NO_NAME: one of both tells none."""

    SAME_NUMBER = "SAME_NUMBER"
    DIFFERENT_NUMBERS = "DIFFERENT_NUMBERS"
    NO_NUMBER = "NO_NUMBER"
    SAME_NAME = "SAME_NAME"
    DIFFERENT_NAMES = "DIFFERENT_NAMES"
    NO_NAME = "NO_NAME"


class SamePayer(Record, frozen=True, kw_only=True):
    """Whether two payers are the same, what decided it (None: nothing did), and what was compared."""

    value: SamePayerValue
    by: SamePayerBy | None
    reasons: tuple[SamePayerReason, SamePayerReason]
    sources: tuple[Source, ...]


def same_payer(
    organization_payer_ids: Iterable[str],
    organization_name: str | None,
    payer_id: str | None,
    payer_name: str | None,
    sources: Iterable[Source] = (),
) -> SamePayer:
    """Whether the organization is the payer. `sources` are of the records that tell numbers and names."""
    numbers = {_number(one) for one in organization_payer_ids} - {""}
    by_number = _NUMBERS[_equal(numbers, _number(payer_id))]
    by_name = _NAMES[_equal({_name(organization_name)} - {""}, _name(payer_name))]
    value, by = _DECIDED[by_number, by_name]
    return SamePayer(value=value, by=by, reasons=(by_number, by_name), sources=tuple(dict.fromkeys(sources)))


_NUMBERS = {
    True: SamePayerReason.SAME_NUMBER,
    False: SamePayerReason.DIFFERENT_NUMBERS,
    None: SamePayerReason.NO_NUMBER,
}
_NAMES = {
    True: SamePayerReason.SAME_NAME,
    False: SamePayerReason.DIFFERENT_NAMES,
    None: SamePayerReason.NO_NAME,
}
_BY_NUMBER, _BY_NAME = SamePayerBy.NUMBER, SamePayerBy.NAME
_DECIDED = {
    (SamePayerReason.SAME_NUMBER, SamePayerReason.SAME_NAME): (SamePayerValue.YES, _BY_NUMBER),
    (SamePayerReason.SAME_NUMBER, SamePayerReason.DIFFERENT_NAMES): (SamePayerValue.YES, _BY_NUMBER),
    (SamePayerReason.SAME_NUMBER, SamePayerReason.NO_NAME): (SamePayerValue.YES, _BY_NUMBER),
    (SamePayerReason.DIFFERENT_NUMBERS, SamePayerReason.SAME_NAME): (SamePayerValue.UNKNOWN, None),
    (SamePayerReason.DIFFERENT_NUMBERS, SamePayerReason.DIFFERENT_NAMES): (SamePayerValue.NO, _BY_NUMBER),
    (SamePayerReason.DIFFERENT_NUMBERS, SamePayerReason.NO_NAME): (SamePayerValue.UNKNOWN, None),
    (SamePayerReason.NO_NUMBER, SamePayerReason.SAME_NAME): (SamePayerValue.YES, _BY_NAME),
    (SamePayerReason.NO_NUMBER, SamePayerReason.DIFFERENT_NAMES): (SamePayerValue.NO, _BY_NAME),
    (SamePayerReason.NO_NUMBER, SamePayerReason.NO_NAME): (SamePayerValue.UNKNOWN, None),
}


def _equal(told: set[str], other: str) -> bool | None:
    return other in told if told and other else None


def _number(text: str | None) -> str:
    number = "".join((text or "").split()).upper()
    if not number.strip("0"):
        return ""
    return number.zfill(DIGITS) if number.isascii() and number.isdigit() else number


def _name(text: str | None) -> str:
    words = (text or "").replace(",", " ").split()
    while len(words) > 1 and words[-1].replace(".", "").casefold() in _LEGAL_FORMS:
        words.pop()
    first = 1 if len(words) > 1 and words[0].casefold() == "the" else 0
    return normalized(" ".join(words[first:]))
