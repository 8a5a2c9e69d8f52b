"""Payer numbers and who says so."""

import json
from pathlib import Path

import msgspec
import pytest

from connectors.fhir.organization import Organization
from connectors.names import _remembered, normalized
from connectors.payers import CLAIM_MD, KnownPayer, PayerIdOrigin, Payers, read_payers


def organization(*payer_ids: str) -> Organization:
    """Northlake Mutual, with these payer ids among its identifiers."""
    identifiers = [{"system": CLAIM_MD, "value": value} for value in payer_ids]
    npi = {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1999999992"}
    wire = {"id": "o-1", "name": "Northlake Mutual", "identifier": [npi, *identifiers]}
    return msgspec.convert(wire, Organization)


def told(payers: Payers, one: Organization) -> list[tuple[str, str]]:
    """Values and origins."""
    return [(payer.value, payer.origin.value) for payer in payers.of(one)]


def test_nothing_known_is_nothing_told() -> None:
    """An NPI is no payer id; without a source there is none."""
    assert told(Payers(), organization()) == []


def test_every_origin_is_told() -> None:
    """Identifiers, the operator's entries by id or name, and checks that named a payer of the same name."""
    payers = Payers(
        [
            KnownPayer(organization_id="o-1", payer_ids=("BY-ID",)),
            KnownPayer(name="NORTHLAKE  mutual", payer_ids=("BY-NAME",)),
            KnownPayer(organization_id="o-2", name="Northlake Mutual", payer_ids=("ANOTHER",)),
        ]
    )
    payers.saw("SEEN", "Northlake-Mutual")
    payers.saw("ELSE", "Harbor Health")

    assert told(payers, organization("OWN")) == [
        ("OWN", "IDENTIFIER"),
        ("BY-ID", "OPERATOR"),
        ("BY-NAME", "OPERATOR"),
        ("SEEN", "ELIGIBILITY"),
    ]


def test_a_number_is_told_once_by_the_most_trustworthy() -> None:
    """The same number from several origins is one entry."""
    payers = Payers([KnownPayer(organization_id="o-1", payer_ids=("SAME", "SAME"))])
    payers.saw("SAME", "Northlake Mutual")

    assert told(payers, organization()) == [("SAME", PayerIdOrigin.OPERATOR.value)]


@pytest.mark.parametrize(
    ("payer_id", "name"), [(None, "Northlake Mutual"), ("X", None), ("X", ""), ("", "Northlake")]
)
def test_half_an_answer_teaches_nothing(payer_id: str | None, name: str | None) -> None:
    """Without a number or a name there is nothing to learn."""
    payers = Payers()
    payers.saw(payer_id, name)

    assert told(payers, organization()) == []


@pytest.mark.parametrize(("id_length", "name_length", "learnt"), [(20, 200, 1), (21, 200, 0), (20, 201, 0)])
def test_what_no_payer_is_called_is_not_learnt(id_length: int, name_length: int, learnt: int) -> None:
    """Names over 200 characters and numbers over 20 are ignored, and nothing of them is kept."""
    payers = Payers()
    payers.saw("1" * id_length, "x" * name_length)

    assert len(payers._seen) == learnt


def test_long_names_are_compared_and_not_remembered() -> None:
    """A name over 200 characters is made comparable as any other, and nothing of it is kept."""
    kept = _remembered.cache_info().currsize

    assert normalized("Élan " * 100) == "elan" * 100
    assert _remembered.cache_info().currsize == kept


def test_the_operators_file(tmp_path: Path) -> None:
    """A JSON array of entries."""
    file = tmp_path / "payers.json"
    file.write_text(json.dumps([{"organizationId": "o-1", "payerIds": ["60054"]}]))

    assert told(read_payers(file), organization()) == [("60054", "OPERATOR")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[{}]",
        '[{"payerIds": ["1"]}]',
        '[{"payerIds": "1", "name": "x"}]',
        '[{"payerId": ["1"]}]',
        "\udcff",
    ],
)
def test_a_bad_file_is_refused_without_quoting_it(tmp_path: Path, text: str) -> None:
    """The operator reads what is wrong, and nothing of what the file holds."""
    file = tmp_path / "payers.json"
    file.write_text(text, errors="surrogateescape")

    with pytest.raises(ValueError, match=r"must be a JSON array|needs an organizationId"):
        read_payers(file)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """So is one that cannot be read."""
    with pytest.raises(ValueError, match="cannot be read"):
        read_payers(tmp_path / "none.json")
