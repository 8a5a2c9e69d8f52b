"""The service's closed lists of codes. What is on none of them is told as such, and as it was sent."""

import enum
from typing import Any, TypeVar

E = TypeVar("E", bound=enum.Enum)


class EligibilityChannel(enum.Enum):
    """How a check was made: the eligibility service's channel ids."""

    CLAIM_MD = "CLAIM_MD"
    PVERIFY = "PVERIFY"
    SPRY = "SPRY"
    MANUAL_CAPTURE = "MANUAL_CAPTURE"
    EDI = "EDI"
    UNRECOGNIZED = "UNRECOGNIZED"


class EligibilityStatusCode(enum.Enum):
    """How an enquiry ended. The service documents ACTIVE only; the others are what its kind uses."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    FAILED = "FAILED"
    PENDING = "PENDING"
    UNRECOGNIZED = "UNRECOGNIZED"


class PatientRelation(enum.Enum):
    """The patient's relationship to the subscriber. The service documents the first three "etc."."""

    SELF = "SELF"
    SPOUSE = "SPOUSE"
    CHILD = "CHILD"
    PARENT = "PARENT"
    OTHER = "OTHER"
    UNRECOGNIZED = "UNRECOGNIZED"


class PriorAuthorization(enum.Enum):
    """Whether the payer must agree before the service is given: Y, N and U on the wire."""

    REQUIRED = "REQUIRED"
    NOT_REQUIRED = "NOT_REQUIRED"
    UNKNOWN = "UNKNOWN"


class NetworkStatus(enum.Enum):
    """Whether the provider is in the plan's network."""

    IN_NETWORK = "IN_NETWORK"
    OUT_OF_NETWORK = "OUT_OF_NETWORK"
    UNKNOWN = "UNKNOWN"


_SPELT: dict[type[enum.Enum], dict[str, Any]] = {
    codes: {code.value: code for code in codes}
    for codes in (EligibilityChannel, EligibilityStatusCode, PatientRelation)
}
_PRIOR_AUTHORIZATION = {"Y": PriorAuthorization.REQUIRED, "N": PriorAuthorization.NOT_REQUIRED}
_NETWORK = {True: NetworkStatus.IN_NETWORK, False: NetworkStatus.OUT_OF_NETWORK}


def recognized(raw: str | None, otherwise: E) -> E:
    """The code of `otherwise`'s list that `raw` spells, whatever its case and the blanks around it."""
    code: E = _SPELT[type(otherwise)].get(_folded(raw), otherwise)
    return code


def prior_authorization(raw: str | None) -> PriorAuthorization:
    """What Y or N says; UNKNOWN for U and for everything else."""
    return _PRIOR_AUTHORIZATION.get(_folded(raw), PriorAuthorization.UNKNOWN)


def network_status(in_network: bool | None) -> NetworkStatus:  # noqa: FBT001  # the flag is what is told
    """What the flag says; UNKNOWN when there is none."""
    return NetworkStatus.UNKNOWN if in_network is None else _NETWORK[in_network]


def _folded(raw: str | None) -> str:
    return (raw or "").strip().upper()
