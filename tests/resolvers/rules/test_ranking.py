"""Which card comes first: ranking.md has the cases; here is what holds of all of them."""

from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.fhir.coverage import Coverage
from connectors.record import UNSTAMPED, Source
from resolvers.rules.in_force import InForce
from resolvers.rules.in_force_codes import InForceReason, InForceValue
from resolvers.rules.ranking import Ranking, ranking
from resolvers.rules.ranking_codes import Rank, RankingWarningCode, RankReason
from resolvers.rules.ranking_steps import Candidate
from tests.resolvers.rules.tables import Table, tables

CHILD = {"coding": [{"code": "child"}]}
_RENEWED = (InForceReason.PAYER_OTHER_PERIOD, InForceReason.PERIOD_ENDED)
_BY_HAND = (InForceReason.PAYER_CONFIRMS,)


def in_force(said: str, source: Source = UNSTAMPED) -> InForce:
    """A conclusion about being in force. "renewed" is UNKNOWN, for the payer tells a later period."""
    value = InForceValue.UNKNOWN if said == "renewed" else InForceValue(said.upper())
    reasons = _RENEWED if said == "renewed" else _BY_HAND
    return InForce(value=value, reasons=reasons, sources=(source,))


def candidate(row: dict[str, str]) -> Candidate:
    """A coverage as a row tells it."""
    patient_is, born = row["patient is"], row["subscriber born"]
    wire = {
        "id": row["coverage"],
        "order": int(row["order"]) if row["order"] else None,
        "subscriberId": row.get("member number"),
        "relationship": {"coding": [{"code": patient_is}]} if patient_is else None,
        "period": {"start": row["starts"]} if row["starts"] else None,
    }
    return Candidate(
        coverage=msgspec.convert(wire, Coverage),
        in_force=in_force(row["in force"]),
        subscriber_birth_date=date.fromisoformat(born) if born else None,
    )


def _told(found: Ranking) -> dict[str, tuple[str, str]]:
    """The rank and the reasons of each coverage."""
    ranked = {
        one.coverage.id: (one.rank.value.lower(), ", ".join(reason.value for reason in one.reasons))
        for one in found.ranked
    }
    return ranked | {one.coverage.id: ("-", "") for one in found.not_ranked}


def _warnings(found: Ranking) -> list[str]:
    return [f"{warning.code.value}: {', '.join(warning.coverage_ids)}" for warning in found.warnings]


@pytest.mark.parametrize("case", [pytest.param(table, id=table.title) for table in tables("ranking.md")])
def test_cases(case: Table) -> None:
    """Each patient of ranking.md: every coverage in its place, why, and all the warnings."""
    found = ranking([candidate(row) for row in case.rows])

    assert _told(found) == {row["coverage"]: (row["rank"], row["because"]) for row in case.rows}
    assert _warnings(found) == case.bullets


def test_every_code_is_in_the_table() -> None:
    """A person who reads the table has seen every reason and every warning."""
    cases = tables("ranking.md")
    reasons = {reason for case in cases for row in case.rows for reason in row["because"].split(", ")} - {""}
    warnings = {bullet.split(":")[0] for case in cases for bullet in case.bullets}

    assert reasons == {reason.value for reason in RankReason}
    assert warnings == {code.value for code in RankingWarningCode}


@pytest.mark.parametrize(
    ("relationship", "subscriber", "first"),
    [
        (None, "Patient/p", "B"),
        ({"coding": [{"code": "made-up"}]}, "Patient/p", "B"),
        ({"coding": [{"code": "spouse"}]}, "Patient/p", "A"),
        (None, "Patient/q", "A"),
        (None, "RelatedPerson/p", "A"),
        (None, None, "A"),
        ({"text": "18"}, None, "B"),
    ],
)
def test_self(relationship: dict[str, object] | None, subscriber: str | None, first: str) -> None:
    """A policy is the patient's own by its relationship; where that tells nothing, by its subscriber."""
    spouse = candidate(_row("A", "spouse"))
    wire = {
        "id": "B",
        "beneficiary": {"reference": "Patient/p"},
        "subscriber": {"reference": subscriber} if subscriber else None,
        "relationship": relationship,
        "period": {"start": "2025-01-01"},
    }
    other = Candidate(coverage=msgspec.convert(wire, Coverage), in_force=in_force("yes"))
    found = ranking([spouse, other])

    assert found.primary is not None
    assert found.primary.coverage.id == first


def _row(coverage: str, patient_is: str) -> dict[str, str]:
    told = {"order": "", "in force": "yes", "subscriber born": "", "starts": "2020-01-01"}
    return {"coverage": coverage, "patient is": patient_is, **told}


def test_what_it_rests_on() -> None:
    """A place rests on what being in force rests on, and on a birth date where that decided."""
    ehr, payer, birth = (
        Source(system=system, fetched_at=datetime(2025, 9, 20, tzinfo=UTC)) for system in ("a", "b", "c")
    )
    births = (date(1980, 1, 1), date(1980, 2, 1))
    parents = [
        Candidate(
            coverage=msgspec.convert({"id": id_, "relationship": CHILD}, Coverage),
            in_force=in_force("yes", source),
            subscriber_birth_date=born,
            birth_date_source=birth,
        )
        for id_, source, born in zip("AB", (ehr, payer), births, strict=True)
    ]

    together, alone = ranking(parents), ranking(parents[:1])

    assert [one.sources for one in together.ranked] == [(ehr, birth), (payer, birth)]
    assert together.sources == (ehr, birth, payer)
    assert alone.sources == (ehr,)
    assert ranking([]) == Ranking(ranked=(), not_ranked=(), warnings=(), sources=())
    assert ranking([]).primary is None


ROWS = st.fixed_dictionaries(
    {
        "order": st.sampled_from(["", "0", "1", "1", "2", "3", "5"]),
        "in force": st.sampled_from(["yes", "yes", "unknown", "renewed", "no"]),
        "patient is": st.sampled_from(["self", "spouse", "child", "child", ""]),
        "subscriber born": st.sampled_from(["", "1980-01-01", "1980-06-05", "1985-06-05"]),
        "starts": st.sampled_from(["", "2024", "2024-01-01", "2020-01-01", "soon"]),
        "member number": st.sampled_from(["GZX1", "KRX2"]),
    }
)
PATIENTS = st.lists(ROWS, max_size=7).map(
    lambda rows: [candidate({**row, "coverage": f"c{number}"}) for number, row in enumerate(rows)]
)
MIXED = PATIENTS.flatmap(lambda patient: st.tuples(st.just(patient), st.permutations(patient)))


@given(MIXED)
def test_the_order_of_what_is_given_changes_nothing(mixed: tuple[list[Candidate], list[Candidate]]) -> None:
    """Ranking is stable: the same conclusion, its warnings and sources too, however the EHR sorts."""
    one, other = mixed

    assert ranking(one) == ranking(other)


@given(PATIENTS)
def test_ranking_is_total(patient: list[Candidate]) -> None:
    """Each coverage is ranked or not, once; no place is left out; reasons are never empty."""
    found = ranking(patient)
    places = [Rank.PRIMARY, Rank.SECONDARY, Rank.TERTIARY, *[Rank.OTHER] * 4]

    ids = [one.coverage.id for one in found.ranked] + [one.coverage.id for one in found.not_ranked]
    assert sorted(ids) == sorted(one.coverage.id for one in patient)
    assert [one.rank for one in found.ranked] == places[: len(found.ranked)]
    assert all(0 < len(one.reasons) == len(set(one.reasons)) for one in found.ranked)
    assert all(one.in_force.value is not InForceValue.NO for one in found.ranked)


@given(PATIENTS)
def test_each_once(patient: list[Candidate]) -> None:
    """A coverage that is given twice has one place."""
    assert ranking([*patient, *patient]) == ranking(patient)


@given(PATIENTS)
def test_the_front_desks_order_is_never_turned_round(patient: list[Candidate]) -> None:
    """Of two ranked coverages with an order, the lesser order comes first; those without come last."""
    orders = [one.coverage.order or 10 for one in ranking(patient).ranked]

    assert orders == sorted(orders)


@given(PATIENTS)
def test_what_is_not_ranked_moves_nobody(patient: list[Candidate]) -> None:
    """Without the coverages that are not ranked, the others keep their places and reasons."""
    found = ranking(patient)
    left = {one.coverage.id for one in found.ranked}

    assert ranking([one for one in patient if one.coverage.id in left]).ranked == found.ranked


@given(PATIENTS)
def test_warnings_name_coverages(patient: list[Candidate]) -> None:
    """A warning names at least one coverage, each once; only a renewed one is not ranked."""
    found = ranking(patient)
    ranked = {one.coverage.id for one in found.ranked}

    for warning in found.warnings:
        assert 0 < len(warning.coverage_ids) == len(set(warning.coverage_ids))
        assert (warning.code is RankingWarningCode.RENEWED) != ranked.issuperset(warning.coverage_ids)
