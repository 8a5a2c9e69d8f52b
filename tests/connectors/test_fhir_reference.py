"""Which references name a resource of the same server, and whom they stand for."""

import msgspec
import pytest

from connectors.fhir.coverage import Coverage
from connectors.fhir.party import PartyKind, party
from connectors.fhir.patient import Patient
from connectors.fhir.reference import Reference, is_id
from connectors.fhir.related_person import RelatedPerson
from tests.connectors.fhir_answers import BASE, answering, bundle, resource


@pytest.mark.parametrize("text", ["a", "A-1.b", "febae9dcb7cf4d88ba27cc552a3f96b34", "x" * 64, "..."])
def test_ids(text: str) -> None:
    """FHIR's ids are 1 to 64 letters, digits, dashes and dots."""
    assert is_id(text)


@pytest.mark.parametrize(
    "text",
    ["", ".", "..", "x" * 65, "a/b", "a b", "a\n", "é", "a?b", "a%2Fb", "a_b", "\x00"],
    ids=range(12),
)
def test_what_is_no_id(text: str) -> None:
    """Nothing else is an id, least of all what would name another place in a URL's path."""
    assert not is_id(text)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Patient/p1", "p1"),
        ("Patient/p1/_history/3", "p1"),
        ("Patient/p1/_history/", None),
        ("Patient/p1/extra", None),
        ("Organization/p1", None),
        ("patient/p1", None),
        ("p1", None),
        ("/Patient/p1", None),
        ("../Patient/p1", None),
        ("Patient/..", None),
        ("Patient/.", None),
        ("Patient/", None),
        ("Patient/p1?x=1", None),
        ("Patient/p1#x", None),
        ("Patient/p1\n", None),
        (f"Patient/{'x' * 65}", None),
        ("https://elsewhere.example/Patient/p1", None),
        ("//elsewhere.example/Patient/p1", None),
        ("urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7", None),
        ("#p1", None),
        ("", None),
        (None, None),
    ],
    ids=range(22),
)
def test_targets(text: str | None, target: str | None) -> None:
    """Only a relative reference of the type asked for gives an id; everything else dangles."""
    assert Reference(reference=text).target("Patient") == target


@pytest.mark.parametrize(
    ("text", "target"),
    [
        (f"{BASE}/Patient/p1", "p1"),
        (f"{BASE}/Patient/p1/_history/2", "p1"),
        (f"{BASE}/other/Patient/p1", None),
        (f"{BASE}.evil.example/Patient/p1", None),
        (f"{BASE}@evil.example/Patient/p1", None),
        (f"{BASE}:444/Patient/p1", None),
        (f"{BASE}//Patient/p1", None),
        (f"{BASE}/../Patient/p1", None),
        ("http://fhir.example/Patient/p1", None),
        ("https://elsewhere.example/Patient/p1", None),
        ("Patient/p1", "p1"),
    ],
    ids=range(11),
)
async def test_absolute_references(text: str, target: str | None) -> None:
    """A reference below the server's own base is its resource; one to any other place never is."""
    sent = resource(
        "c1", "Coverage", beneficiary={"reference": text}, payor=[{"reference": f"{BASE}/Organization/o"}]
    )
    read = await answering(msgspec.json.encode(sent), base_url=f"{BASE}/").read(Coverage, "c1")
    found = await answering(bundle([sent]), base_url=BASE).search(Coverage, {}, lambda _: True)
    for coverage in (read, *found.items):
        assert coverage is not None
        assert coverage.patient_id == target
        assert coverage.payor_id == "o"


async def test_absolute_references_without_a_base() -> None:
    """Where the server's base is not told, no absolute reference is one of its own."""
    sent = resource("c1", "Coverage", beneficiary={"reference": f"{BASE}/Patient/p1", "display": "Odette"})
    read = await answering(msgspec.json.encode(sent)).read(Coverage, "c1")
    assert read is not None
    assert read.patient_id is None
    assert read.beneficiary is not None
    assert read.beneficiary.display == "Odette"


@pytest.mark.parametrize(
    ("sent", "kind", "target", "display"),
    [
        ({"reference": "Patient/p1"}, PartyKind.PATIENT, "p1", None),
        ({"reference": "Patient/p1", "type": "Organization"}, PartyKind.PATIENT, "p1", None),
        ({"reference": "RelatedPerson/r1", "display": " Bram "}, PartyKind.RELATED_PERSON, "r1", "Bram"),
        ({"reference": "Organization/o1"}, PartyKind.ORGANIZATION, "o1", None),
        ({"reference": "https://x.example/Patient/p1", "type": "Patient"}, PartyKind.PATIENT, None, None),
        ({"reference": "urn:uuid:1", "display": "Bram"}, PartyKind.NAME, None, "Bram"),
        ({"reference": "Practitioner/d1", "display": "Bram"}, PartyKind.NAME, None, "Bram"),
        ({"type": "Patient", "identifier": {"value": "7"}}, PartyKind.PATIENT, None, None),
        ({"display": "Bram"}, PartyKind.NAME, None, "Bram"),
    ],
    ids=range(9),
)
def test_parties(sent: dict[str, object], kind: PartyKind, target: str | None, display: str | None) -> None:
    """A party is told by what its reference names; an id is given only where it can be asked for."""
    told = party(msgspec.convert(sent, Reference), ())
    assert told is not None
    assert (told.kind, told.id, told.display) == (kind, target, display)


@pytest.mark.parametrize(
    "sent", [{}, {"display": " "}, {"reference": "#gone"}, {"reference": "?"}], ids=range(4)
)
def test_nobody(sent: dict[str, object]) -> None:
    """A reference that names nobody, not even by a display, is no party; nor is an absent one."""
    assert party(msgspec.convert(sent, Reference), ()) is None
    assert party(None, ()) is None


@pytest.mark.parametrize(
    ("names", "text", "given"),
    [
        ([], None, None),
        ([{"family": "First"}, {"family": "Second"}], "First", ()),
        ([{"use": "nickname", "text": "Dettie"}, {"use": "usual", "family": "U"}], "U", ()),
        ([{"use": "usual", "family": "U"}, {"use": "official", "family": "O"}], "O", ()),
        ([{"given": ["Odette", None, "May"], "family": "Q"}], "Odette May Q", ("Odette", "May")),
        ([{"text": " Dr Odette Q ", "given": ["Odette"], "family": "Q"}], "Dr Odette Q", ("Odette",)),
        ([{"use": "official"}], None, ()),
    ],
)
def test_names(names: list[dict[str, object]], text: str | None, given: tuple[str, ...] | None) -> None:
    """The official name is told, else the usual, else the first; a text that is not sent is composed."""
    patient = msgspec.convert({"resourceType": "Patient", "name": names}, Patient)
    related = msgspec.convert({"resourceType": "RelatedPerson", "name": names}, RelatedPerson)
    for name in (patient.name, related.name):
        assert (name and name.text, name.given if name else None) == (text, given)


def test_related_person() -> None:
    """A related person names the patient to whom they are related."""
    sent = {"resourceType": "RelatedPerson", "id": "r1", "patient": {"reference": "Patient/p1"}}
    assert msgspec.convert(sent, RelatedPerson).patient_id == "p1"
    assert RelatedPerson().patient_id is None


MR = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}


@pytest.mark.parametrize(
    ("identifiers", "mrn"),
    [
        ([], None),
        ([{"system": "http://canvasmedical.com", "value": "1"}], "1"),
        ([{"type": MR, "system": "urn:hospital", "value": "2"}], "2"),
        ([{"type": MR, "value": "2"}, {"type": MR, "system": "http://canvasmedical.com", "value": "1"}], "1"),
        ([{"type": MR}, {"type": MR, "value": "2"}], "2"),
        ([{"system": "urn:clinic:patient", "value": "3"}], None),
    ],
)
def test_medical_record_number(identifiers: list[dict[str, object]], mrn: str | None) -> None:
    """Canvas's own number comes before those of type MR that others issued; nothing else is one."""
    assert msgspec.convert({"resourceType": "Patient", "identifier": identifiers}, Patient).mrn == mrn


def test_identifiers_of_a_system() -> None:
    """Links to another system are all current values under exactly its name, each once."""
    values = [("urn:a", "1", None), ("urn:a", "1", "usual"), ("urn:A", "2", None), ("urn:a", "3", "old")]
    sent = [{"system": system, "value": value, "use": use} for system, value, use in values]
    patient = msgspec.convert(
        {
            "resourceType": "Patient",
            "identifier": [*sent, {"system": "urn:a"}, {"system": "urn:a", "value": " "}],
        },
        Patient,
    )
    assert patient.identifier_values("urn:a") == ("1",)
    assert patient.identifier_values("urn:b") == ()


@pytest.mark.parametrize(
    ("text", "day"), [("2014-08-09", "2014-08-09"), ("2014-08", "None"), ("2014", "None"), ("?", "None")]
)
def test_birth_dates(text: str, day: str) -> None:
    """A birth date is a whole day or none; what was sent stays readable."""
    patient = msgspec.convert({"resourceType": "Patient", "birthDate": text}, Patient)
    assert (str(patient.birth_date), patient.birth_date_text) == (day, text)
