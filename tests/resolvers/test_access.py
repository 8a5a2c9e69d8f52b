"""Who may see which patient."""

from datetime import UTC, datetime

import msgspec
import pytest

from connectors.fhir.coverage import Coverage
from connectors.fhir.organization import Organization
from connectors.fhir.patient import Patient
from connectors.fhir.related_person import RelatedPerson
from connectors.listing import Found, Listing, Place, SearchPage
from resolvers.access import Principal, visible

ANNE, BEN = "anne", "ben"
EVERYONE = Principal(subject="desk", tenant="clinic", patients=None)
ONLY_ANNE = Principal(subject="anne", tenant="clinic", patients=frozenset({ANNE}))


def coverage(patient: str) -> Coverage:
    """A patient's coverage."""
    wire = {
        "resourceType": "Coverage",
        "id": f"c-{patient}",
        "beneficiary": {"reference": f"Patient/{patient}"},
    }
    return msgspec.convert(wire, Coverage)


def related_person(patient: str) -> RelatedPerson:
    """Somebody related to a patient."""
    wire = {
        "resourceType": "RelatedPerson",
        "id": f"r-{patient}",
        "patient": {"reference": f"Patient/{patient}"},
    }
    return msgspec.convert(wire, RelatedPerson)


@pytest.mark.parametrize(
    "one", [Patient, coverage, related_person], ids=["patient", "coverage", "related person"]
)
def test_a_record_of_another_patient_reads_as_absent(one: object) -> None:
    """What belongs to a patient whom they may not see is not there; the same of their own is."""

    def record(patient: str) -> object:
        return Patient(id=patient) if one is Patient else one(patient)  # type: ignore[operator]

    assert visible(ONLY_ANNE, record(BEN)) is None
    assert visible(ONLY_ANNE, record(ANNE)) == record(ANNE)
    assert visible(EVERYONE, record(BEN)) == record(BEN)


def test_an_organization_is_everybodys() -> None:
    """A payor belongs to no patient."""
    payor = Organization(id="o")

    assert visible(ONLY_ANNE, payor) is payor


@pytest.mark.parametrize(
    "record", [datetime.now(UTC), "text", Coverage(id="c")], ids=["a moment", "a text", "no owner"]
)
def test_what_names_no_patient_is_not_shown(record: object) -> None:
    """The rule denies by default."""
    assert visible(ONLY_ANNE, record) is None


def test_lists_keep_what_may_be_seen() -> None:
    """Of a list the others' records are left out, and nothing tells how many there were."""
    listing = Listing(items=(coverage(BEN), coverage(ANNE)))
    found = tuple(Found(record=Patient(id=patient), after=Place()) for patient in (BEN, ANNE))
    page = SearchPage(found=found, more=True, total=2, after=Place(passed=2))

    assert visible(ONLY_ANNE, listing).items == (coverage(ANNE),)
    seen = visible(ONLY_ANNE, page)
    assert [found.record.id for found in seen.found] == [ANNE]
    assert (seen.total, seen.more, seen.after) == (None, False, None)
    assert visible(EVERYONE, page) is page
