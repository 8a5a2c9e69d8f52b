"""What kind of insurance a coverage is: FHIR R4 coverage-type, which is HL7 v3 ActCode and `pay`."""

import enum

from connectors.fhir.datatypes import CodeableConcept, stated
from connectors.record import Record


class CoverageCategory(enum.Enum):
    """The branch of insurance that a coverage type code belongs to. Ours: no code system draws it so."""

    MEDICAL = "MEDICAL"
    DENTAL = "DENTAL"
    VISION = "VISION"
    PHARMACY = "PHARMACY"
    MENTAL_HEALTH = "MENTAL_HEALTH"
    SUBSTANCE_USE = "SUBSTANCE_USE"
    LONG_TERM_CARE = "LONG_TERM_CARE"
    DISABILITY = "DISABILITY"
    WORKERS_COMPENSATION = "WORKERS_COMPENSATION"
    AUTO = "AUTO"
    LIFE = "LIFE"
    LIABILITY = "LIABILITY"
    GOVERNMENT = "GOVERNMENT"
    SELF_PAY = "SELF_PAY"


_CODES = {
    CoverageCategory.MEDICAL: "EHCPOL HSAPOL DISEASE HIP MCPOL POS HMO PPO EWB FLEXP EAP HIRISK RETIRE",
    CoverageCategory.DENTAL: "DENTAL DENTPRG",
    CoverageCategory.VISION: "VISPOL",
    CoverageCategory.PHARMACY: "DRUGPOL",
    CoverageCategory.MENTAL_HEALTH: "MENTPOL MENTPRG",
    CoverageCategory.SUBSTANCE_USE: "SUBPOL SUBPRG",
    CoverageCategory.LONG_TERM_CARE: "LTC",
    CoverageCategory.DISABILITY: "DIS",
    CoverageCategory.WORKERS_COMPENSATION: "WCBPOL",
    CoverageCategory.AUTO: "AUTOPOL COL UNINSMOT",
    CoverageCategory.LIFE: "LIFE ANNU TLIFE ULIFE",
    CoverageCategory.LIABILITY: "PNC SURPL UMBRL",
    CoverageCategory.GOVERNMENT: (
        "PUBLICPOL DISEASEPRG CANPRG ENDRENAL HIVAIDS MANDPOL SAFNET SUBSIDIZ SUBSIDMC SUBSUPP"
        " GOVEMP IND MILITARY SOCIAL VET CRIME"
    ),
    CoverageCategory.SELF_PAY: "pay",
}
_CATEGORIES = {code: category for category, codes in _CODES.items() for code in codes.split()}


class CoverageType(Record, frozen=True, kw_only=True):
    """A coverage's type. `raw` is the code as sent, else the text; `category` is None for other codes."""

    code: str | None = None
    display: str | None = None
    category: CoverageCategory | None = None
    raw: str | None = None


def coverage_type(concept: CodeableConcept | None) -> CoverageType | None:
    """What `concept` says; a code that has a category comes before one that has none."""
    if concept is None:
        return None
    known = [coding for coding in concept.coding if coding.code in _CATEGORIES]
    coding = known[0] if known else concept.coded
    code = coding.code if coding else None
    display = (coding and stated(coding.display)) or stated(concept.text)
    category = _CATEGORIES.get(code or "")
    return CoverageType(code=code, display=display, category=category, raw=code or stated(concept.text))
