"""What a coverage tells: codes, classes, numbers, payor and parties."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from connectors.fhir.cost_to_beneficiary import CostToBeneficiary
from connectors.fhir.coverage import Coverage, CoverageStatusCode
from connectors.fhir.coverage_type import CoverageCategory
from connectors.fhir.party import PartyKind
from connectors.fhir.relationship import RelationshipCode
from connectors.record import Source, stamp

OLD = "http://hl7.org/fhir/ValueSet/"
NEW = "http://terminology.hl7.org/CodeSystem/"


def coverage(**elements: object) -> Coverage:
    """A coverage with these wire elements; `class` is given as `class_`."""
    named = {name.rstrip("_"): value for name, value in elements.items()}
    return msgspec.convert({"resourceType": "Coverage", "id": "c1", **named}, Coverage)


def concept(code: str | None = None, text: str | None = None, **coding: str) -> dict[str, Any]:
    """A CodeableConcept of at most one coding."""
    return {"coding": [{"code": code, **coding}] if code else [], "text": text}


@pytest.mark.parametrize(
    ("sent", "code", "display"),
    [
        ("active", CoverageStatusCode.ACTIVE, "Active"),
        ("cancelled", CoverageStatusCode.CANCELLED, "Cancelled"),
        ("draft", CoverageStatusCode.DRAFT, "Draft"),
        ("entered-in-error", CoverageStatusCode.ENTERED_IN_ERROR, "Entered in Error"),
        ("Active", CoverageStatusCode.UNRECOGNIZED, None),
        ("suspended", CoverageStatusCode.UNRECOGNIZED, None),
        ("", CoverageStatusCode.UNRECOGNIZED, None),
        (None, CoverageStatusCode.UNRECOGNIZED, None),
    ],
)
def test_status(sent: str | None, code: CoverageStatusCode, display: str | None) -> None:
    """A status outside FHIR's list is UNRECOGNIZED, and what was sent stays readable."""
    status = coverage(status=sent).status
    assert (status.code, status.raw, status.display) == (code, sent, display)


@pytest.mark.parametrize("system", [f"{OLD}subscriber-relationship", f"{NEW}subscriber-relationship", None])
@pytest.mark.parametrize(
    ("sent", "text", "code", "x12_code"),
    [
        ("self", "18", RelationshipCode.SELF, "18"),
        ("child", "19", RelationshipCode.CHILD, "19"),
        ("other", "19", RelationshipCode.OTHER, "19"),
        ("parent", None, RelationshipCode.PARENT, None),
        ("common", None, RelationshipCode.COMMON, None),
        ("injured", "41", RelationshipCode.INJURED, "41"),
        ("spouse", "wife", RelationshipCode.SPOUSE, None),
        ("cousin", None, RelationshipCode.UNRECOGNIZED, None),
        ("cousin", "01", RelationshipCode.SPOUSE, "01"),
    ],
)
def test_relationship_code(
    system: str | None, sent: str, text: str | None, code: RelationshipCode, x12_code: str | None
) -> None:
    """A code means the same under either spelling of its system; a known one wins over the X12 text."""
    sent_concept = {"coding": [{"system": system, "code": sent}], "text": text}
    relationship = coverage(relationship=sent_concept).relationship
    assert relationship is not None
    assert (relationship.code, relationship.x12_code, relationship.raw) == (code, x12_code, sent)


@pytest.mark.parametrize(
    ("codes", "meant"),
    [
        ("18", RelationshipCode.SELF),
        ("01", RelationshipCode.SPOUSE),
        ("19 43 17 10", RelationshipCode.CHILD),
        ("32 33", RelationshipCode.PARENT),
        ("53 29", RelationshipCode.COMMON),
        ("41", RelationshipCode.INJURED),
        ("15 20 21 22 39 40 05 07 23 24 04 G8", RelationshipCode.OTHER),
        ("99 1 x", RelationshipCode.UNRECOGNIZED),
    ],
)
def test_relationship_text_alone(codes: str, meant: RelationshipCode) -> None:
    """An X12 code that stands as text, without a coding, is understood; another text is not."""
    for text in codes.split():
        relationship = coverage(relationship={"text": text}).relationship
        assert relationship is not None
        assert relationship.code is meant
        assert relationship.raw == text
        assert relationship.display


@pytest.mark.parametrize("system", [f"{OLD}coverage-type", f"{NEW}v3-ActCode"])
@pytest.mark.parametrize(
    ("code", "category"),
    [
        ("PPO", CoverageCategory.MEDICAL),
        ("HMO", CoverageCategory.MEDICAL),
        ("DENTAL", CoverageCategory.DENTAL),
        ("VISPOL", CoverageCategory.VISION),
        ("DRUGPOL", CoverageCategory.PHARMACY),
        ("MENTPOL", CoverageCategory.MENTAL_HEALTH),
        ("WCBPOL", CoverageCategory.WORKERS_COMPENSATION),
        ("AUTOPOL", CoverageCategory.AUTO),
        ("ULIFE", CoverageCategory.LIFE),
        ("MILITARY", CoverageCategory.GOVERNMENT),
        ("pay", CoverageCategory.SELF_PAY),
        ("REI", None),
        ("XYZ", None),
    ],
)
def test_type(system: str, code: str, category: CoverageCategory | None) -> None:
    """A type code has a category whatever its system is called; one that we do not know has none."""
    told = coverage(type=concept(code, system=system, display="shown")).type
    assert told is not None
    assert (told.code, told.raw, told.display, told.category) == (code, code, "shown", category)


def test_type_in_words_only() -> None:
    """A type without a code is told by its text, and a coverage without a type has none."""
    told = coverage(type={"text": "Gym membership"}).type
    assert told is not None
    assert (told.code, told.raw, told.display, told.category) == (
        None,
        "Gym membership",
        "Gym membership",
        None,
    )
    assert coverage().type is None


@pytest.mark.parametrize(
    ("elements", "number"),
    [
        ({"subscriberId": "S1"}, "S1"),
        ({"subscriberId": " "}, None),
        ({"subscriberId": "S1", "identifier": [{"value": "other"}]}, "S1"),
        ({"subscriberId": "S1", "identifier": [{"type": concept("MB"), "value": "M1"}]}, "M1"),
        ({"subscriberId": "S1", "identifier": [{"type": concept("MB"), "value": " "}]}, "S1"),
        ({}, None),
    ],
)
def test_member_number(elements: Mapping[str, Any], number: str | None) -> None:
    """The member number is the identifier of type MB; without one, it is the subscriber's."""
    assert coverage(**elements).member_id == number


def test_classes_by_code() -> None:
    """Each class is found by its code, under either spelling of its system, or by a text that is the code."""
    sent = {
        "plan": "P-1",
        "subplan": "SP",
        "group": "G",
        "subgroup": "SG",
        "rxbin": "610014",
        "rxpcn": "MEDDPRIME",
        "rxgroup": "RX1",
    }
    classes = [{"type": concept(code, system=f"{NEW}coverage-class"), "value": v} for code, v in sent.items()]
    told = coverage(class_=[{"type": {"text": "network"}, "value": "N"}, {"value": "?"}, *classes])
    numbers = (told.rx_bin, told.rx_pcn, told.rx_group)
    assert (told.plan_name, told.subplan, told.group_number, told.subgroup) == ("P-1", "SP", "G", "SG")
    assert numbers == ("610014", "MEDDPRIME", "RX1")
    assert [one.type for one in told.classes[:3]] == ["network", None, "plan"]


def test_plan_name_before_plan_number() -> None:
    """A plan that has a name and a number is called by its name; a blank one is not told at all."""
    assert coverage(class_=[{"type": concept("plan"), "value": "31", "name": "Silver"}]).plan_name == "Silver"
    assert coverage(class_=[{"type": concept("plan"), "value": " "}]).plan_name is None
    assert coverage().plan_name is None


@pytest.mark.parametrize(
    ("payor", "payor_id", "payor_name"),
    [
        ([], None, None),
        ([{"reference": "Organization/o1", "display": " Northlake Mutual "}], "o1", "Northlake Mutual"),
        ([{"reference": "Organization/o1"}, {"reference": "Organization/o2"}], "o1", None),
        ([{"reference": "Patient/p1", "display": "Bram"}], None, "Bram"),
        ([{"reference": "https://elsewhere.example/Organization/o1", "display": "N"}], None, "N"),
        (
            [{"identifier": {"system": "urn:era", "value": "13162"}, "display": "1199 Fund"}],
            None,
            "1199 Fund",
        ),
        ([{"reference": "#nobody"}], None, None),
    ],
)
def test_payor(payor: list[Any], payor_id: str | None, payor_name: str | None) -> None:
    """The payor is the first one; its printed name is told also where its reference leads nowhere."""
    told = coverage(payor=payor)
    assert (told.payor_id, told.payor_name, told.contained_payor) == (payor_id, payor_name, None)


def decoded(elements: Mapping[str, Any]) -> Coverage:
    """A coverage by way of bytes, as contained resources need it."""
    body = msgspec.json.encode({"resourceType": "Coverage", "id": "c1", **elements})
    return msgspec.json.decode(body, type=Coverage)


@pytest.mark.parametrize("resource_type", ["RelatedPerson", "Patient"])
def test_a_printed_name_comes_before_a_contained_one(resource_type: str) -> None:
    """A party is called as the coverage prints it, also when it is contained and has a name there."""
    person = {"resourceType": resource_type, "id": "s", "name": [{"text": "Within"}]}
    told = decoded(
        {"contained": [person], "subscriber": {"reference": "#s", "display": "Printed"}}
    ).subscriber
    assert told is not None
    assert told.display == "Printed"


def test_contained_payor() -> None:
    """A payor that exists only inside a coverage is told with an id of its own and the coverage's source."""
    told = decoded(
        {
            "contained": [7, {"resourceType": "Organization", "id": "org", "name": " Northlake Mutual"}],
            "payor": [{"reference": "#org"}],
        }
    )
    stamp(told, Source(system="canvas", fetched_at=datetime(2025, 6, 1, tzinfo=UTC)))
    assert told.contained_payor is not None
    assert told.contained_payor.id == "c1#org"
    assert told.contained_payor.source is told.source
    assert (told.payor_id, told.payor_name) == (None, "Northlake Mutual")


@pytest.mark.parametrize(
    ("contained", "kind", "display"),
    [
        ({"resourceType": "RelatedPerson", "name": [{"text": "Bram Q"}]}, PartyKind.RELATED_PERSON, "Bram Q"),
        ({"resourceType": "Patient", "name": [{"family": "Q"}]}, PartyKind.PATIENT, "Q"),
        ({"resourceType": "Organization", "name": "Guild"}, PartyKind.ORGANIZATION, "Guild"),
        ({"resourceType": "RelatedPerson"}, PartyKind.RELATED_PERSON, None),
        ({"resourceType": "RelatedPerson", "id": "#s"}, PartyKind.RELATED_PERSON, None),
    ],
)
def test_contained_subscriber(contained: dict[str, Any], kind: PartyKind, display: str | None) -> None:
    """A subscriber inside the coverage is told by the name there, and has no id to ask for."""
    told = decoded({"contained": [{"id": "s", **contained}], "subscriber": {"reference": "#s"}}).subscriber
    assert told is not None
    assert (told.kind, told.id, told.display) == (kind, None, display)


@pytest.mark.parametrize(
    "contained", [{"resourceType": "RelatedPerson", "id": "s", "name": "text"}, {"id": "s"}, None, [[]]]
)
def test_unreadable_contained_resource(contained: object) -> None:
    """A contained resource that cannot be read costs neither the coverage nor the printed name."""
    told = decoded(
        {"contained": [contained], "subscriber": {"reference": "#s", "display": "Bram"}}
    ).subscriber
    assert told is not None
    assert (told.kind, told.id, told.display) == (PartyKind.NAME, None, "Bram")


def test_contained_resources_let_go_of_their_answer() -> None:
    """A record with contained resources does not keep the bytes of the whole answer alive."""
    body = bytearray(b'{"contained": [{"resourceType":"Basic"}]}')
    told = msgspec.json.decode(body, type=Coverage)
    body.clear()  # raises BufferError while anything looks into it
    assert bytes(told.contained[0]) == b'{"resourceType":"Basic"}'


@pytest.mark.parametrize(
    ("sent", "amount", "percent", "quantity"),
    [
        ({"valueMoney": {"value": 30}}, "30", None, None),
        ({"valueMoney": {"value": 1500.50, "currency": "USD"}}, "1500.5", None, None),
        ({"valueQuantity": {"value": 20, "unit": "%"}}, None, "20", "20 %"),
        ({"valueQuantity": {"value": 20, "code": "%"}}, None, "20", "20 %"),
        ({"valueQuantity": {"value": 30, "unit": "visits"}}, None, None, "30 visits"),
        ({"valueQuantity": {"unit": "%"}}, None, None, None),
        ({"valueMoney": {"value": "NaN"}}, None, None, None),
        ({}, None, None, None),
    ],
)
def test_cost(sent: Mapping[str, Any], amount: str | None, percent: str | None, quantity: str | None) -> None:
    """A cost is an amount of money, a percentage, or a number of something; what is no number is nothing."""
    cost = msgspec.json.decode(
        msgspec.json.encode({"type": concept("gpvisit"), **sent}), type=CostToBeneficiary
    )
    told = (cost.amount and str(cost.amount), cost.percent and str(cost.percent), cost.quantity)
    assert told == (amount, percent, quantity)
    assert cost.type == cost.display == "gpvisit"


@pytest.mark.parametrize("number", [b"1e999999", b"1e-999999", b'"Infinity"', b'"sNaN"'])
def test_absurd_amounts(number: bytes) -> None:
    """A number beyond what FHIR allows is not told: printing it would take a megabyte."""
    body = b'{"valueMoney": {"value": %s}, "valueQuantity": {"value": %s, "unit": "%%"}}' % (number, number)
    cost = msgspec.json.decode(body, type=CostToBeneficiary)
    assert (cost.amount, cost.percent, cost.quantity) == (None, None, None)


def test_amounts_keep_their_digits() -> None:
    """Money is never a binary fraction on its way."""
    cost = msgspec.json.decode(b'{"valueMoney": {"value": 0.30}}', type=CostToBeneficiary)
    assert str(cost.amount) == "0.30"
    assert cost.amount == Decimal("0.3")
