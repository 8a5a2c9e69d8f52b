"""Each named case is what its sentence says."""

import re

import pytest

from sandbox.facts import CoverageFacts, Facts
from sandbox.population import Population, population

CUSTODY = "Custody Medical Services Program"
PLAIN = population(0, mode="plain-r4")


def patients(case: str) -> list[Facts]:
    """The facts about the patients of a case."""
    return [PLAIN.facts(id_) for id_ in PLAIN.case(case).patient_ids]


def coverages(case: str) -> list[CoverageFacts]:
    """The coverages of the only patient of a case."""
    (patient,) = patients(case)
    return patient["coverages"]


def only(case: str) -> CoverageFacts:
    """The only coverage of a case."""
    (coverage,) = coverages(case)
    return coverage


@pytest.mark.parametrize("case", PLAIN.cases, ids=lambda case: case.name)
def test_a_case_has_a_short_name_and_one_sentence(case: object) -> None:
    """Names are kebab-case; sentences end with a full stop and fit on one line."""
    assert isinstance(case, type(PLAIN.cases[0]))
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", case.name)
    assert re.fullmatch(r"[A-Z][^\n]*\.", case.sentence)
    assert case.patient_ids


def test_no_name_is_used_twice() -> None:
    """A name means one case."""
    assert len({case.name for case in PLAIN.cases}) == len(PLAIN.cases)


def test_ordinary() -> None:
    """One active coverage of her own, in force until 2099."""
    coverage = only("ordinary")
    assert coverage["status"] == {"code": "ACTIVE"}
    assert coverage["period"] == {"start": "2024-01-01", "end": "2099-12-31"}
    assert coverage["subscriber"] == {"display": "Odette Quillfeather"}
    assert coverage["relationship"] == "SELF"


def test_family_shared_member_number() -> None:
    """Three people, one member number, one subscriber."""
    holder, *_ = family = patients("family-shared-member-number")
    lines = [coverage for person in family for coverage in person["coverages"]]
    assert len(lines) == len(family) == 3
    assert len({line["memberId"] for line in lines}) == 1
    assert {line["subscriber"]["display"] for line in lines} == {holder["name"]["text"]}
    assert [line["relationship"] for line in lines] == ["SELF", "SPOUSE", "CHILD"]


@pytest.mark.parametrize(
    ("case", "ranks"), [("primary-and-secondary", [2, 1]), ("same-order-twice", [1, 1]), ("no-coverage", [])]
)
def test_ranks(case: str, ranks: list[int]) -> None:
    """Ranks are as told, in creation order, and active."""
    assert [coverage["order"] for coverage in coverages(case)] == ranks
    assert all(coverage["status"]["code"] == "ACTIVE" for coverage in coverages(case))


@pytest.mark.parametrize(
    ("case", "status"),
    [("cancelled", "CANCELLED"), ("entered-in-error", "ENTERED_IN_ERROR"), ("expired-but-active", "ACTIVE")],
)
def test_statuses(case: str, status: str) -> None:
    """The first coverage has that status."""
    assert coverages(case)[0]["status"]["code"] == status


def test_draft() -> None:
    """A draft is a draft."""
    assert only("draft")["status"]["code"] == "DRAFT"


@pytest.mark.parametrize(
    ("case", "start", "end"),
    [
        ("expired-but-active", "2022-01-01", "2023-12-31"),
        ("future-start", "2099-01-01", None),
        ("open-ended", "2012-04-01", None),
        ("date-time-period", "2024-01-01", "2098-12-31"),
    ],
)
def test_periods(case: str, start: str, end: str | None) -> None:
    """The days of the only coverage."""
    assert only(case)["period"] == {"start": start, "end": end}


def test_partial_periods_cover_their_whole_span() -> None:
    """A year means its 366 days at most, a month its last day too; no period is no period."""
    years, months, none = coverages("partial-period")
    assert years["period"] == {"start": "2024-01-01", "end": "2098-12-31"}
    assert months["period"] == {"start": "2023-03-01", "end": "2024-02-29"}
    assert none["period"] is None


def test_more_than_twenty_coverages() -> None:
    """Twenty-five."""
    assert len(coverages("more-than-twenty-coverages")) == 25


@pytest.mark.parametrize(
    ("case", "payor", "name"),
    [
        ("payor-display-leading-blanks", {"name": CUSTODY}, CUSTODY),
        ("dangling-payor", None, "Dissolved Mutual of Avon"),
        ("patient-as-payor", None, "Lena Birdwhistle"),
        ("contained-payor", {"name": "Village Sickness Fund"}, "Village Sickness Fund"),
        ("absolute-references", {"name": "Tidewater Family Care"}, "Tidewater Family Care"),
    ],
)
def test_payors(case: str, payor: object, name: str) -> None:
    """The payor is an organization, or null; its name is told in any case, without blanks."""
    assert only(case)["payor"] == payor
    assert only(case)["payorName"] == name


def test_unicode_names() -> None:
    """One name has a combining character, another one lies outside the basic multilingual plane."""
    zoe, taro = (patient["name"]["text"] for patient in patients("unicode-name"))
    assert "\u0308" in zoe
    assert max(taro) > "\uffff"


def test_subscribers_who_are_no_patients_here() -> None:
    """A stranger has no display; a RelatedPerson has."""
    assert only("subscriber-not-a-patient-here")["subscriber"] == {"display": None}
    assert only("related-person-subscriber")["subscriber"] == {"display": "Beatrix Gallowglass"}


def test_unknown_codes() -> None:
    """Canvas's read-only relationships are known to the graph; a code of no list is unrecognized."""
    assert [it["relationship"] for it in coverages("code-not-known")] == ["PARENT", "COMMON", "UNRECOGNIZED"]


def test_partial_birth_date() -> None:
    """No whole date, no birth date."""
    (patient,) = patients("partial-birth-date")
    assert patient["birthDate"] is None


def test_people_nobody_else_knows(people: Population) -> None:
    """The unlinked patient has Canvas's number and no other."""
    (id_,) = people.case("unlinked").patient_ids
    assert people.by_id[id_].identifiers == ()
    assert people.by_id[id_].mrn


def test_inactive_patient(people: Population) -> None:
    """Inactive, with a nickname, and covered."""
    (id_,) = people.case("inactive-patient").patient_ids
    assert not people.by_id[id_].active
    assert people.by_id[id_].nickname
    assert people.facts(id_)["coverages"]


def test_a_name_as_text_and_a_coverage_without_classes() -> None:
    """What the facts do not show is in the people."""
    (basil,) = PLAIN.case("name-as-text-only").patient_ids
    (amos,) = PLAIN.case("no-class").patient_ids
    assert PLAIN.by_id[basil].text_only
    assert [coverage.classes for coverage in PLAIN.coverages_of[amos]] == [()]
