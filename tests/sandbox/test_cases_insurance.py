"""Each named case of clinic and eligibility is what its sentence says."""

import pytest

from sandbox.facts import CoverageFacts, Facts
from sandbox.population import Population, population

PEOPLE = population(0)


def patients(case: str) -> list[Facts]:
    """The facts about the patients of a case."""
    return [PEOPLE.facts(id_) for id_ in PEOPLE.case(case).patient_ids]


def only(case: str) -> CoverageFacts:
    """The only coverage of the only patient of a case."""
    (patient,) = patients(case)
    (coverage,) = patient["coverages"]
    return coverage


@pytest.mark.parametrize(
    ("case", "clinic", "eligibility"),
    [
        ("no-clinic-link", "NOT_LINKED", "LINKED"),
        ("no-eligibility-link", "LINKED", "NOT_LINKED"),
        ("no-eligibility-record", "LINKED", "LINKED"),
        ("unlinked", "NOT_LINKED", "NOT_LINKED"),
    ],
)
def test_links(case: str, clinic: str, eligibility: str) -> None:
    """Who is not linked is told nothing by that system: no dependents either, not even none."""
    (patient,) = patients(case)
    links = patient["links"]
    assert (links["clinic"]["state"], links["eligibility"]["state"]) == (clinic, eligibility)
    assert (
        (patient["dependents"] is None) == (patient["personInformation"] is None) == (clinic == "NOT_LINKED")
    )
    for link in (links["clinic"], links["eligibility"], links["clinik"]):
        assert (link["id"] is None) == (link["state"] == "NOT_LINKED")


@pytest.mark.parametrize("case", ["no-eligibility-link", "no-eligibility-record"])
def test_no_eligibility(case: str) -> None:
    """Not linked, and linked without a record, are both null; the plan is found all the same."""
    assert only(case)["latestEligibility"] is None
    assert only(case)["plan"]


def test_eligibility_check_failed() -> None:
    """The newest check counts, although the one before it told benefits."""
    latest = only("eligibility-check-failed")["latestEligibility"]
    assert latest
    assert (latest["status"]["code"], latest["inNetwork"]) == ("FAILED", None)


def test_null_benefit_amounts() -> None:
    """Half an amount has no used part; nothing known is no amount; zero is not null."""
    (patient,) = patients("null-benefit-amounts")
    some, none = (coverage["latestEligibility"] for coverage in patient["coverages"])
    assert some
    assert some["inNetwork"] == {
        "individualDeductible": {"total": "1500.00", "remaining": None, "used": None},
        "familyDeductible": None,
        "individualOutOfPocket": {"total": None, "remaining": "1200.25", "used": None},
        "familyOutOfPocket": {"total": "9000.00", "remaining": "9000.00", "used": "0.00"},
        "coInsurancePercent": None,
        "coPay": "30.00",
        "limitation": None,
    }
    assert none
    assert none["inNetwork"]
    assert set(none["inNetwork"].values()) == {None}


def test_several_channels() -> None:
    """Four checks, three channels, of which the newest is by hand and of other amounts than the next."""
    (patient,) = PEOPLE.case("several-channels").patient_ids
    (coverage,) = PEOPLE.coverages_of[patient]
    checks = PEOPLE.checks[coverage.id]
    assert [check.channel for check in checks] == ["MANUAL_CAPTURE", "CLAIM_MD", "PVERIFY", "CLAIM_MD"]
    assert [check.timestamp for check in checks] == sorted((it.timestamp for it in checks), reverse=True)
    assert checks[0].answer != checks[1].answer
    latest = only("several-channels")["latestEligibility"]
    assert latest
    assert (latest["channel"], latest["timestamp"]) == ("MANUAL_CAPTURE", f"{checks[0].timestamp}+00:00")


@pytest.mark.parametrize(
    ("case", "method", "name", "active"),
    [
        ("ordinary", "EXACT_NAME", "Northlake Mutual Gold", True),
        ("plan-name-other-case", "NORMALIZED_NAME", "NORTHLAKE SILVER PPO", True),
        ("plan-name-other-wording", "NORMALIZED_NAME", "Granite & Vale Gold PPO", True),
        ("plan-not-in-catalogue", "NONE", None, None),
        ("no-class", "NONE", None, None),
        ("inactive-plan", "EXACT_NAME", "Cedar River Heritage", False),
    ],
)
def test_plans(case: str, method: str, name: str | None, active: object) -> None:
    """How the plan is found, and what the catalogue calls it."""
    coverage = only(case)
    assert coverage["planMatch"] == {"method": method}
    plan = coverage["plan"]
    assert (plan and plan["planName"], plan and plan["active"]) == (name, active)


def test_plan_name_at_two_carriers() -> None:
    """The payor decides for the first patient, and for nobody else."""
    keziah, lorcan = (patient["coverages"][0] for patient in patients("plan-name-at-two-carriers"))
    assert keziah["planName"] == lorcan["planName"]
    assert keziah["plan"]
    assert (keziah["planMatch"]["method"], keziah["plan"]["carrier"]) == (
        "EXACT_NAME",
        "HARBORLIGHT-BENEFITS",
    )
    assert (lorcan["planMatch"]["method"], lorcan["plan"]) == ("AMBIGUOUS", None)


def test_mismatches() -> None:
    """Each differs in what its name says, and in nothing else."""
    ((nestor,), (margaret,)) = (patients(case) for case in ("dob-mismatch", "name-mismatch"))
    assert nestor["personInformation"]
    assert nestor["birthDate"] == "1980-03-09"
    assert nestor["personInformation"]["dateOfBirth"] == "1980-09-03"
    assert nestor["personInformation"]["lastName"] == "Goodbody"
    assert margaret["personInformation"]
    assert margaret["name"]["text"] == "Margaret Oxenbridge"
    assert margaret["personInformation"]["lastName"] == "Oxenbridge-Vane"
    assert margaret["personInformation"]["dateOfBirth"] == margaret["birthDate"]


def test_dependents_with_and_without_patient() -> None:
    """A patient whom nothing links stays unlinked, whatever the name."""
    percival, quilla, rafe = patients("dependents-with-and-without-patient")
    dependents = percival["dependents"]
    assert dependents
    assert [it["relationship"] for it in dependents] == ["PARENT", "SPOUSE", "CHILD", "OTHER"]
    assert [it["patient"] for it in dependents] == [None, {"id": quilla["id"]}, None, None]
    assert f"{dependents[2]['firstName']} {dependents[2]['lastName']}" == rafe["name"]["text"]


def test_two_payors() -> None:
    """Everything is there twice, and each dependent is a patient."""
    holder, *family = patients("two-payors")
    assert len({coverage["payorName"] for coverage in holder["coverages"]}) == 2
    assert all(coverage["plan"] and coverage["latestEligibility"] for coverage in holder["coverages"])
    assert holder["dependents"]
    assert [it["patient"] for it in holder["dependents"]] == [{"id": person["id"]} for person in family]


def test_a_family_is_the_holders_dependents() -> None:
    """The shared member number belongs to a holder with a linked spouse and child."""
    holder, *family = patients("family-shared-member-number")
    assert holder["dependents"]
    assert [it["patient"] for it in holder["dependents"]] == [{"id": person["id"]} for person in family]


def test_two_person_informations(people: Population) -> None:
    """The newest is neither the last nor the one of the highest id."""
    (id_,) = people.case("two-person-informations").patient_ids
    newest, older = people.informations[id_]
    assert newest.updated_at > older.updated_at
    assert newest.id < older.id
    told = people.facts(id_)["personInformation"]
    assert told
    assert told["phone"] == newest.phone != older.phone
