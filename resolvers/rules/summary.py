"""What a front desk and a phone ask for: a patient's insurance on a day, each card in its place."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, tzinfo
from enum import Enum
from itertools import chain
from typing import NamedTuple

from connectors.clinic.records import Dependent, InsurancePlan
from connectors.eligibility.benefits import NetworkBenefits
from connectors.eligibility.check import EligibilityCheck
from connectors.eligibility.codes import PriorAuthorization
from connectors.eligibility.history import History
from connectors.fhir.coverage import Coverage
from connectors.fhir.organization import Organization
from connectors.fhir.patient import Patient
from connectors.fhir.relationship import Relationship
from connectors.record import Record, Source
from resolvers.absent import Absent
from resolvers.rules.benefits_left import BenefitsLeft, benefits_left, same_benefit_year
from resolvers.rules.evidence import Evidence
from resolvers.rules.in_force import InForce, in_force, newest_answer
from resolvers.rules.plan_match import NO_MATCH, PlanMatch, plan_match
from resolvers.rules.ranking import Ranked, ranking
from resolvers.rules.ranking_codes import Rank, RankReason
from resolvers.rules.ranking_steps import Candidate
from resolvers.rules.same_payer import SamePayer, SamePayerValue, same_payer
from resolvers.rules.unsaid import Unsaid, unsaid


class SummaryWarningCode(Enum):
    """What a person should look at. All but PAYER_DIFFERS are about the ranking.

    ORDER_GAP: no ranked coverage has the number before (1, then 3; or 2 is the first). SAME_ORDER: several
    have one number. NO_ORDER: others are ranked, and this has none. UNKNOWN_FIRST: nobody can say whether it
    is in force, and it comes before one that is. BIRTH_DATE_UNKNOWN: the birthday rule would have decided.
    RENEWED: not ranked, for its renewal is. PAYER_DIFFERS: the last check was made with another payer.
    """

    ORDER_GAP = "ORDER_GAP"
    SAME_ORDER = "SAME_ORDER"
    NO_ORDER = "NO_ORDER"
    UNKNOWN_FIRST = "UNKNOWN_FIRST"
    BIRTH_DATE_UNKNOWN = "BIRTH_DATE_UNKNOWN"
    RENEWED = "RENEWED"
    PAYER_DIFFERS = "PAYER_DIFFERS"


class SummaryWarning(Record, frozen=True, kw_only=True):
    """A warning, and the coverages that it is about."""

    code: SummaryWarningCode
    coverage_ids: tuple[str, ...]


class Known(NamedTuple):
    """What is known of one coverage."""

    coverage: Coverage
    checks: Sequence[EligibilityCheck]
    payor: Organization | None
    match: PlanMatch

    @property
    def last_check(self) -> EligibilityCheck | None:
        """The newest check, answered or not."""
        return next(iter(self.checks), None)

    @property
    def answer(self) -> EligibilityCheck | None:
        """The newest check that the payer answered."""
        return newest_answer(self.checks)


class SummaryCoverage(Record, frozen=True, kw_only=True):
    """A coverage that is in force, or may be, in its place, with all that follows for a bill."""

    rank: Rank
    rank_reasons: tuple[RankReason, ...]
    in_force: InForce
    coverage: Coverage
    payor: Organization | None
    payer_match: SamePayer | None
    plan: InsurancePlan | None
    in_network: NetworkBenefits | None
    left: BenefitsLeft | None
    prior_authorization: PriorAuthorization | None
    last_check: EligibilityCheck | None

    @property
    def member_id(self) -> str | None:
        """The number on the card."""
        return self.coverage.member_id

    @property
    def group_number(self) -> str | None:
        """The employer's group."""
        return self.coverage.group_number

    @property
    def relationship(self) -> Relationship | None:
        """The beneficiary's relationship to the subscriber."""
        return self.coverage.relationship

    @property
    def payor_name(self) -> str | None:
        """The payor's name: as the EHR has it now, else as written on the coverage."""
        return (self.payor and self.payor.name) or self.coverage.payor_name

    @property
    def plan_name(self) -> str | None:
        """The plan as written on the coverage."""
        return self.coverage.plan_name


class NotInForce(Record, frozen=True, kw_only=True):
    """A coverage that is not billed, and why."""

    coverage: Coverage
    in_force: InForce


class InsuranceSummary(Record, frozen=True, kw_only=True):
    """A patient's insurance on a day. `dependents` is None when it cannot be said who they are."""

    patient: Patient
    on: date
    coverages: tuple[SummaryCoverage, ...]
    not_in_force: tuple[NotInForce, ...]
    dependents: tuple[Dependent, ...] | None
    warnings: tuple[SummaryWarning, ...]
    unsaid: tuple[Unsaid, ...]
    sources: tuple[Source, ...]


def ranked_coverages(evidence: Evidence, on: date, zone: tzinfo) -> tuple[Ranked, ...]:
    """The coverages that are billed on that day, first to last."""
    return ranking(_candidate(_known(one, evidence), on, zone) for one in evidence.coverages.items).ranked


def insurance_summary(evidence: Evidence, on: date, zone: tzinfo) -> InsuranceSummary:
    """The summary of that day; days of instants are counted in `zone`."""
    known = {one.id: _known(one, evidence) for one in evidence.coverages.items}
    order = ranking(_candidate(one, on, zone) for one in known.values())
    coverages = tuple(_told(ranked, known[ranked.coverage.id], evidence, on, zone) for ranked in order.ranked)
    dependents = evidence.dependents
    return InsuranceSummary(
        patient=evidence.patient,
        on=on,
        coverages=coverages,
        not_in_force=tuple(
            NotInForce(coverage=one.coverage, in_force=one.in_force) for one in order.not_ranked
        ),
        dependents=None if isinstance(dependents, Absent) else dependents.items,
        warnings=(
            *(
                SummaryWarning(code=SummaryWarningCode(one.code.value), coverage_ids=one.coverage_ids)
                for one in order.warnings
            ),
            *_other_payers(coverages),
        ),
        unsaid=tuple(unsaid(evidence)),
        sources=_once(evidence, order.sources, coverages),
    )


def _known(coverage: Coverage, evidence: Evidence) -> Known:
    history = None
    if not isinstance(evidence.histories, Absent):
        history = evidence.histories.get(coverage.member_id or "")
    payor = evidence.payors.get(coverage.payor_id or "")
    catalogue = evidence.catalogue
    return Known(
        coverage=coverage,
        checks=history.items if isinstance(history, History) else (),
        payor=payor if isinstance(payor, Organization) else coverage.contained_payor,
        match=NO_MATCH if isinstance(catalogue, Absent) else plan_match(coverage, catalogue),
    )


def _candidate(known: Known, on: date, zone: tzinfo) -> Candidate:
    check = known.answer
    subscriber = check.subscriber if check else None
    born = subscriber.date_of_birth if subscriber else None
    return Candidate(
        coverage=known.coverage,
        in_force=in_force(known.coverage, on, plan=known.match.plan, check=check, zone=zone),
        subscriber_birth_date=born,
        birth_date_source=check.source if check and born else None,
    )


def _told(ranked: Ranked, known: Known, evidence: Evidence, on: date, zone: tzinfo) -> SummaryCoverage:
    answer = known.answer
    network = answer.in_network if answer else None
    counts = answer is not None and same_benefit_year(answer, on, zone)
    return SummaryCoverage(
        rank=ranked.rank,
        rank_reasons=ranked.reasons,
        in_force=ranked.in_force,
        coverage=known.coverage,
        payor=known.payor,
        payer_match=_payer_match(known, evidence),
        plan=known.match.plan,
        in_network=network,
        left=benefits_left(network, answer.source) if answer and network and counts else None,
        prior_authorization=answer.prior_authorization if answer else None,
        last_check=known.last_check,
    )


def _payer_match(known: Known, evidence: Evidence) -> SamePayer | None:
    check, payor = known.last_check, known.payor
    if check is None:
        return None
    return same_payer(
        evidence.payer_ids(payor) if payor else (),
        payor.name if payor else known.coverage.payor_name,
        check.payer_id,
        check.payer_name,
        (payor.source if payor else known.coverage.source, check.source),
    )


def _other_payers(coverages: Iterable[SummaryCoverage]) -> Iterator[SummaryWarning]:
    others = tuple(
        one.coverage.id for one in coverages if one.payer_match and one.payer_match.value is SamePayerValue.NO
    )
    if others:
        yield SummaryWarning(code=SummaryWarningCode.PAYER_DIFFERS, coverage_ids=others)


def _once(
    evidence: Evidence, ranked: tuple[Source, ...], coverages: Iterable[SummaryCoverage]
) -> tuple[Source, ...]:
    payors = (one.payor.source for one in coverages if one.payor)
    dependents = () if isinstance(evidence.dependents, Absent) else evidence.dependents.items
    rest = (one.source for one in dependents)
    return tuple(dict.fromkeys(chain((evidence.patient.source,), ranked, payors, rest)))
