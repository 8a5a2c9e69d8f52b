"""The words that a field may say; UNRECOGNIZED stands for a word of an upstream's that is not among them."""

import enum

import strawberry


@strawberry.enum
class LinkState(enum.Enum):
    """Whether the EHR says who a patient is in another system."""

    LINKED = "LINKED"
    NOT_LINKED = "NOT_LINKED"
    AMBIGUOUS = "AMBIGUOUS"


@strawberry.enum
class CoverageStatusCode(enum.Enum):
    """FHIR R4 fm-status."""

    ACTIVE = "ACTIVE"
    CANCELLED = "CANCELLED"
    DRAFT = "DRAFT"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"
    UNRECOGNIZED = "UNRECOGNIZED"


@strawberry.enum
class RelationshipCode(enum.Enum):
    """FHIR R4 subscriber-relationship."""

    SELF = "SELF"
    SPOUSE = "SPOUSE"
    CHILD = "CHILD"
    PARENT = "PARENT"
    COMMON = "COMMON"
    INJURED = "INJURED"
    OTHER = "OTHER"
    UNRECOGNIZED = "UNRECOGNIZED"


@strawberry.enum
class DependentRelationshipCode(enum.Enum):
    """The clinic's relationships of a dependent to the holder."""

    SPOUSE = "SPOUSE"
    CHILD = "CHILD"
    PARENT = "PARENT"
    OTHER = "OTHER"
    UNRECOGNIZED = "UNRECOGNIZED"


@strawberry.enum
class EligibilityStatusCode(enum.Enum):
    """How an enquiry ended."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    FAILED = "FAILED"
    PENDING = "PENDING"
    UNRECOGNIZED = "UNRECOGNIZED"


@strawberry.enum
class EligibilityChannel(enum.Enum):
    """How a check was made."""

    CLAIM_MD = "CLAIM_MD"
    PVERIFY = "PVERIFY"
    SPRY = "SPRY"
    MANUAL_CAPTURE = "MANUAL_CAPTURE"
    EDI = "EDI"
    UNRECOGNIZED = "UNRECOGNIZED"


@strawberry.enum
class PlanMatchMethod(enum.Enum):
    """How a coverage's plan was found in the catalogue."""

    EXACT_NAME = "EXACT_NAME"
    NORMALIZED_NAME = "NORMALIZED_NAME"
    AMBIGUOUS = "AMBIGUOUS"
    NONE = "NONE"
