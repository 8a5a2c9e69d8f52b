"""Payer numbers: which clearinghouse ids an organization has, and who says so.

Canvas does not show them. They come from an organization's identifiers where there are any, from the
operator's file, and from eligibility answers, which name a payer beside its number.
"""

from collections.abc import Iterable
from enum import Enum
from pathlib import Path

import msgspec

from connectors.fhir.organization import Organization
from connectors.names import normalized
from connectors.record import Record

CLAIM_MD = "https://www.claim.md/services/era/"
"""The identifier system of Claim.MD's payer ids (Canvas: Coverage.payor)."""

MOST_SEEN = 10_000
MOST_IDS = 20
LONGEST_NAME = 200
LONGEST_ID = 20
"""No payer's name or clearinghouse id is as long: longer ones are ignored."""


class PayerIdOrigin(Enum):
    """Who says that an organization has a payer id. ELIGIBILITY: a check named a payer of the same name."""

    IDENTIFIER = "IDENTIFIER"
    OPERATOR = "OPERATOR"
    ELIGIBILITY = "ELIGIBILITY"


class PayerId(Record, frozen=True, kw_only=True):
    """A payer id, and who says so."""

    value: str
    origin: PayerIdOrigin


class KnownPayer(Record, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """An entry of the operator's file: an organization, by its id or its name, and its payer ids."""

    payer_ids: tuple[str, ...]
    organization_id: str | None = None
    name: str | None = None


class Payers:
    """What is known of payer numbers: the operator's entries, and what eligibility answers have told."""

    def __init__(self, known: Iterable[KnownPayer] = ()) -> None:
        self._known = tuple(known)
        self._seen: dict[str, dict[str, None]] = {}

    def saw(self, payer_id: str | None, name: str | None) -> None:
        """Learn from an eligibility answer. It is bounded, in number and length; the first stay."""
        if len(name or "") > LONGEST_NAME or len(payer_id or "") > LONGEST_ID:
            return
        key = normalized(name or "")
        if payer_id and key and (key in self._seen or len(self._seen) < MOST_SEEN):
            ids = self._seen.setdefault(key, {})
            if len(ids) < MOST_IDS:
                ids[payer_id] = None

    def of(self, organization: Organization) -> tuple[PayerId, ...]:
        """The organization's payer ids, each once, told by the most trustworthy who says so."""
        known = [one for one in self._known if _is(one, organization)]
        told: dict[PayerIdOrigin, list[str | None]] = {
            PayerIdOrigin.IDENTIFIER: [
                one.value for one in organization.identifiers if one.system == CLAIM_MD
            ],
            PayerIdOrigin.OPERATOR: [value for one in known for value in one.payer_ids],
            PayerIdOrigin.ELIGIBILITY: list(self._seen.get(normalized(organization.name or ""), ())),
        }
        first: dict[str, PayerIdOrigin] = {}
        for origin, values in told.items():
            for value in filter(None, values):
                first.setdefault(value, origin)
        return tuple(PayerId(value=value, origin=origin) for value, origin in first.items())


def read_payers(path: Path) -> Payers:
    """The operator's file: a JSON array of `{"payerIds": [...], "organizationId": "..."}` or with `"name"`.

    Raises ValueError, with a sentence that quotes nothing, when it cannot be read.
    """
    try:
        known = msgspec.json.decode(path.read_bytes(), type=tuple[KnownPayer, ...])
    except OSError:
        raise ValueError("the file cannot be read") from None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise ValueError("must be a JSON array of objects with payerIds and organizationId or name") from None
    if any(one.organization_id is None and one.name is None for one in known):
        raise ValueError("each entry needs an organizationId or a name")
    return Payers(known)


def _is(known: KnownPayer, organization: Organization) -> bool:
    if known.organization_id is not None:
        return known.organization_id == organization.id
    return normalized(known.name or "") == normalized(organization.name or "")
