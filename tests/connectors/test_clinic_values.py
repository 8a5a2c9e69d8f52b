"""What each value that the clinic may send is told as."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.clinic.coverage_details import CoverageDetails
from connectors.clinic.records import (
    Dependent,
    DependentRelationshipCode,
    InsurancePlan,
    PersonInformation,
)
from connectors.clinic.wire import instant, integer_id, masked
from connectors.errors import InvalidKey


def person(**elements: object) -> PersonInformation:
    """The person information with these elements."""
    return msgspec.json.decode(json.dumps({"id": 1, **elements}), type=PersonInformation)


def dependent(**elements: object) -> Dependent:
    """The dependent with these elements."""
    return msgspec.json.decode(json.dumps({"id": 1, **elements}), type=Dependent)


def details(text: str) -> CoverageDetails:
    """What a plan with these coverage details, as JSON, says that it pays."""
    plan = msgspec.json.decode(f'{{"id": 1, "coverage_details": {text}}}', type=InsurancePlan)
    assert plan.coverage_details is not None
    return plan.coverage_details


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("***-**-6789", "***-**-6789"),
        ("123-45-6789", "***-**-6789"),
        ("123456789", "***-**-6789"),
        (" 123-45-6789 ", "***-**-6789"),
        (123456789, "***-**-6789"),
        (1234567, "***-**-4567"),
        ("6789", "***-**-6789"),
        ("xxx-xx-6789", "***-**-6789"),
        ("789", "***-**-****"),
        (789, "***-**-****"),
        ("***-**-789", "***-**-****"),
        ("123-45-****", "***-**-****"),
        ("123-45-67", "***-**-****"),
        ("***-**-****", "***-**-****"),
        ("on file", "***-**-****"),
        ("\u0661\u0662\u0663\u0664", "***-**-****"),
        ("", None),
        ("  ", None),
        (None, None),
    ],
    ids=range(19),
)
def test_a_social_security_number_is_masked(sent: object, told: str | None) -> None:
    """Whatever the clinic sends as a number, at most its last four digits are told."""
    assert person(ssn=sent).ssn_masked == told
    assert dependent(ssn=sent).ssn_masked == told


@given(st.text() | st.from_regex(r"\A[0-9]{3}-?[0-9]{2}-?[0-9]{4}\Z") | st.integers(0, 10**12))
def test_no_record_holds_a_social_security_number(sent: str | int) -> None:
    """Nothing that a record can be made to show or write holds more than the last four digits."""
    for record in (person(ssn=sent), dependent(ssn=sent)):
        assert record.ssn_masked is None or re.fullmatch(r"\*{3}-\*\*-([0-9]{4}|\*{4})", record.ssn_masked)
        written = msgspec.json.decode(msgspec.json.encode(record))
        assert written["ssn"] == record.ssn == record.ssn_masked
    assert masked(masked(sent)) == masked(sent)


@pytest.mark.parametrize("record", [PersonInformation, Dependent])
def test_a_record_made_here_masks_as_well(record: type[PersonInformation | Dependent]) -> None:
    """The number is masked however the record comes about."""
    made = record(wire_id=1, ssn="123-45-6789")
    assert made.ssn == "***-**-6789"
    assert msgspec.structs.replace(made, ssn="987-65-4321").ssn == "***-**-4321"


@pytest.mark.parametrize("sent", [7, "7", "007"])
def test_an_id_is_the_text_of_an_integer(sent: object) -> None:
    """An id is the same as an integer and as its digits."""
    row = {"id": sent, "ownable_id": sent, "ownable_type": "Patient", "primary_holder_id": sent}
    told = msgspec.json.decode(json.dumps(row), type=PersonInformation)
    assert told.id == "7"
    assert told.ownable is not None
    assert told.ownable.id == "7"
    assert msgspec.json.decode(json.dumps(row), type=Dependent).holder_id == "7"


@pytest.mark.parametrize(
    "sent", [None, -1, 1.5, 7.0, True, "", " 7", "7 ", "-7", "x7", "\u0667", "7\n", 10**18, "1" * 19, [], {}]
)
def test_what_is_no_id_is_no_record(sent: object) -> None:
    """A row whose id is no integer cannot be told."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps({"id": sent}), type=Dependent)


def test_a_record_has_an_id() -> None:
    """A row without an id cannot be told."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b"{}", type=InsurancePlan)


@pytest.mark.parametrize(("text", "told"), [("7", "7"), ("007", "7"), ("0", "0"), ("9" * 18, "9" * 18)])
def test_a_key_is_the_text_of_an_integer(text: str, told: str) -> None:
    """A key is asked for as the clinic prints it."""
    assert integer_id(text) == told


@given(st.text())
def test_other_texts_are_no_keys(text: str) -> None:
    """Only 1 to 18 digits name a row; what is refused is not repeated."""
    if re.fullmatch("[0-9]{1,18}", text):
        assert integer_id(text) == str(int(text))
    else:
        with pytest.raises(InvalidKey, match=r"^The clinic's ids are integers of 1 to 18 digits\.$"):
            integer_id(text)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("2014-08-09", date(2014, 8, 9)),
        ("2014-08-09T00:00:00.000Z", date(2014, 8, 9)),
        ("2014-08", None),
        ("2014", None),
        ("2014-02-30", None),
        ("09/08/2014", None),
        ("", None),
        ("unknown", None),
        (None, None),
    ],
)
def test_a_date_of_birth_is_a_whole_day(sent: object, told: date | None) -> None:
    """A partial or unreadable date of birth is None."""
    assert person(date_of_birth=sent).date_of_birth == told
    assert dependent(date_of_birth=sent).date_of_birth == told


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("2025-02-03T09:00:00.000Z", datetime(2025, 2, 3, 9, tzinfo=UTC)),
        ("2025-02-03T09:00:00+02:00", datetime(2025, 2, 3, 7, tzinfo=UTC)),
        ("2025-02-03T09:00:00", datetime(2025, 2, 3, 9, tzinfo=UTC)),
        ("0001-01-01T00:00:00+23:00", None),
        ("2025-02-30T09:00:00Z", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_an_instant_is_in_utc(sent: object, told: datetime | None) -> None:
    """An instant is told in UTC, with its zone; one that cannot be read is None."""
    record = person(created_at=sent, updated_at=sent)
    assert record.created_at == record.updated_at == told
    assert told is None or record.created_at is None or record.created_at.tzinfo is UTC


@given(st.text() | st.datetimes().map(str))
def test_any_text_is_an_instant_or_none(text: str) -> None:
    """Reading an instant does not fail."""
    told = instant(text)
    assert told is None or told.tzinfo is UTC


@pytest.mark.parametrize(
    ("kind", "owner_id", "told"),
    [
        ("Patient", 7, ("Patient", "7")),
        ("Provider", "7", ("Provider", "7")),
        (None, 7, None),
        ("", 7, None),
        ("Patient", None, None),
    ],
)
def test_an_owner_has_a_kind_and_an_id(
    kind: str | None, owner_id: object, told: tuple[str, str] | None
) -> None:
    """Half an owner is none."""
    ownable = person(ownable_type=kind, ownable_id=owner_id).ownable
    assert (ownable and (ownable.type, ownable.id)) == told


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("spouse", "SPOUSE"),
        ("child", "CHILD"),
        ("parent", "PARENT"),
        ("other", "OTHER"),
        ("Child", "CHILD"),
        (" CHILD ", "CHILD"),
        ("domestic partner", "UNRECOGNIZED"),
        ("unrecognized", "UNRECOGNIZED"),
    ],
)
def test_a_relationship_has_a_code_and_its_word(sent: str, code: str) -> None:
    """A word outside the clinic's list is UNRECOGNIZED, and told."""
    relationship = dependent(relationship=sent).relationship
    assert relationship is not None
    assert (relationship.code, relationship.raw) == (DependentRelationshipCode[code], sent.strip())


@pytest.mark.parametrize("sent", [None, "", "  "])
def test_no_relationship_is_none(sent: str | None) -> None:
    """Where no relationship is said, none is told."""
    assert dependent(relationship=sent).relationship is None


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("1000", "1000.00"),
        ("0", "0.00"),
        ("12.5", "12.50"),
        ("0.10", "0.10"),
        ("1.5e3", "1500.00"),
        ("12.3400", "12.34"),
        ('"1000"', "1000.00"),
        ('" 25.50 "', "25.50"),
        ("123456789012345678", "123456789012345678.00"),
        ("null", None),
    ],
)
@pytest.mark.parametrize("key", ["deductible", "copay", "out_of_pocket_max"])
def test_an_amount_has_two_places(key: str, sent: str, told: str | None) -> None:
    """A number, also one in quotes, is an exact amount with two places."""
    found = details(f'{{"{key}": {sent}}}')
    amount = getattr(found, key)
    assert (None if amount is None else str(amount)) == told
    assert amount is None or type(amount) is Decimal
    assert found.other == ()


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ('"1,500"', "1,500"),
        ('"$1500"', "$1500"),
        ('"10%"', "10%"),
        ('"waived"', "waived"),
        ('"NaN"', "NaN"),
        ('"Infinity"', "Infinity"),
        ('"1_000"', "1_000"),
        ('"\u0661\u0660"', "\u0661\u0660"),
        ('""', ""),
        ("12.345", "12.345"),
        ("1e99", "1e99"),
        ("1e999999", "1e999999"),
        ("9" * 400, "9" * 400),
        ("0." + "0" * 30 + "1", "0." + "0" * 30 + "1"),
        ("true", "true"),
        ('{ "individual" : 1000.50, "family": null }', '{"individual":1000.50,"family":null}'),
        ("[ 1, 2 ]", "[1,2]"),
    ],
    ids=range(17),
)
def test_an_amount_that_cannot_be_read_is_kept(sent: str, text: str) -> None:
    """What is no amount of dollars and cents is told as it is, under its key, rather than guessed or lost."""
    found = details(f'{{"copay": {sent}}}')
    assert found.copay is None
    assert [(one.key, one.value) for one in found.other] == [("copay", text)]


def test_other_keys_are_kept() -> None:
    """Keys vary by carrier: those that we do not know are told in order, without those that say nothing."""
    found = details('{"hsa": true, "copay": 5, "tiers": [{"a": 1.0}], "note": "é", "x": null, "rx": 10.0}')
    assert [(one.key, one.value) for one in found.other] == [
        ("hsa", "true"),
        ("tiers", '[{"a":1.0}]'),
        ("note", "é"),
        ("rx", "10.0"),
    ]


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9))
def test_amounts_are_exact(amount: Decimal) -> None:
    """An amount is told with exactly its value, or is kept as it was sent."""
    found = details(f'{{"deductible": {amount}}}')
    assert (found.deductible is None) == bool(found.other)
    if found.deductible is not None:
        assert found.deductible == amount
        assert found.deductible.as_tuple().exponent == -2


@pytest.mark.parametrize("text", ["{}", '{"copay": null}'])
def test_empty_details(text: str) -> None:
    """A plan may say that it pays nothing in particular."""
    assert details(text) == CoverageDetails()


def test_no_details() -> None:
    """A plan without coverage details has none, and may be neither active nor inactive."""
    plan = msgspec.json.decode(b'{"id": 1, "coverage_details": null, "active": null}', type=InsurancePlan)
    assert plan.coverage_details is None
    assert plan.active is None


@pytest.mark.parametrize("text", ["[]", '"x"', "1", '{"a": "\\ud800"}'])
def test_details_that_are_none_cost_the_plan(text: str) -> None:
    """Coverage details that cannot be read are a bad entry, when the plan arrives and not later."""
    with pytest.raises((msgspec.DecodeError, msgspec.ValidationError)):
        details(text)


def test_nothing_is_shown_by_printing() -> None:
    """A record prints its kind only."""
    found = details('{"copay": 5, "hsa": true}')
    assert (repr(person(first_name="Odette")), repr(found), repr(found.other)) == (
        "<PersonInformation>",
        "<CoverageDetails>",
        "(<Detail>,)",
    )
