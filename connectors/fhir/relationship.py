"""The beneficiary's relationship to the subscriber: FHIR's codes, and X12's in the texts of Canvas."""

import enum

from connectors.fhir.datatypes import CodeableConcept, stated
from connectors.record import Record


class RelationshipCode(enum.Enum):
    """FHIR R4 subscriber-relationship. OTHER is one of its codes, UNRECOGNIZED is none of them."""

    SELF = "SELF"
    SPOUSE = "SPOUSE"
    CHILD = "CHILD"
    PARENT = "PARENT"
    COMMON = "COMMON"
    INJURED = "INJURED"
    OTHER = "OTHER"
    UNRECOGNIZED = "UNRECOGNIZED"


_FHIR = {code.value.lower(): code for code in RelationshipCode if code is not RelationshipCode.UNRECOGNIZED}

# X12 element 1069, individual relationship code, with the meanings that Canvas documents.
_X12 = {
    "01": (RelationshipCode.SPOUSE, "Spouse"),
    "04": (RelationshipCode.OTHER, "Grandparent"),
    "05": (RelationshipCode.OTHER, "Grandchild"),
    "07": (RelationshipCode.OTHER, "Niece or nephew"),
    "10": (RelationshipCode.CHILD, "Foster child"),
    "15": (RelationshipCode.OTHER, "Ward"),
    "17": (RelationshipCode.CHILD, "Step child"),
    "18": (RelationshipCode.SELF, "Self"),
    "19": (RelationshipCode.CHILD, "Natural child, insured is responsible"),
    "20": (RelationshipCode.OTHER, "Employee"),
    "21": (RelationshipCode.OTHER, "Unknown"),
    "22": (RelationshipCode.OTHER, "Handicapped dependent"),
    "23": (RelationshipCode.OTHER, "Sponsored dependent"),
    "24": (RelationshipCode.OTHER, "Minor dependent of a minor dependent"),
    "29": (RelationshipCode.COMMON, "Significant other"),
    "32": (RelationshipCode.PARENT, "Mother"),
    "33": (RelationshipCode.PARENT, "Father"),
    "39": (RelationshipCode.OTHER, "Organ donor"),
    "40": (RelationshipCode.OTHER, "Cadaver donor"),
    "41": (RelationshipCode.INJURED, "Injured plaintiff"),
    "43": (RelationshipCode.CHILD, "Natural child, insured is not responsible"),
    "53": (RelationshipCode.COMMON, "Life partner"),
    "G8": (RelationshipCode.OTHER, "Other"),
}


class Relationship(Record, frozen=True, kw_only=True):
    """How the beneficiary is related to the subscriber. `raw` is the code as sent, else the text."""

    code: RelationshipCode
    x12_code: str | None = None
    display: str | None = None
    raw: str | None = None


def relationship(concept: CodeableConcept | None) -> Relationship | None:
    """What `concept` says. A FHIR code wins over the X12 code that Canvas prints as text."""
    if concept is None:
        return None
    text = stated(concept.text)
    x12_code = text if text in _X12 else None
    known, meaning = _X12.get(text or "", (RelationshipCode.UNRECOGNIZED, None))
    codes = [_FHIR[coding.code] for coding in concept.coding if coding.code in _FHIR]
    coded = concept.coded
    return Relationship(
        code=codes[0] if codes else known,
        x12_code=x12_code,
        display=(coded and stated(coded.display)) or meaning or text,
        raw=(coded and coded.code) or text,
    )
