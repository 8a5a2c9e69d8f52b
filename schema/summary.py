"""A patient's insurance on a day, each card in its place."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from connectors.eligibility import codes
from resolvers import summary as joins
from resolvers.rules import benefits_left, ranking, ranking_codes, same_payer, summary, unsaid
from schema.benefits import NetworkBenefits
from schema.coverage import Coverage, Relationship
from schema.declare import enumeration, joined, over, shown
from schema.dependent import Dependent
from schema.eligibility import EligibilityCheck
from schema.in_force import InForce
from schema.organization import Organization
from schema.plan import InsurancePlan
from schema.source import Source

if TYPE_CHECKING:
    from schema.patient import Patient

enumeration(ranking_codes.Rank)
enumeration(ranking_codes.RankReason)
enumeration(same_payer.SamePayerValue)
enumeration(same_payer.SamePayerBy)
enumeration(same_payer.SamePayerReason)
enumeration(benefits_left.BenefitLevel)
enumeration(benefits_left.Benefit)
enumeration(benefits_left.BenefitDoubtReason)
enumeration(summary.SummaryWarningCode)
enumeration(unsaid.SummaryPart)


@over(ranking.Ranked)
class RankedCoverage:
    """A coverage that is billed, in its place."""

    rank: ranking_codes.Rank
    reasons: list[ranking_codes.RankReason] = shown("The steps that decided its place.")
    in_force: InForce
    coverage: Coverage
    sources: list[Source] = shown("The records that this rests on.")


@over(same_payer.SamePayer)
class SamePayer:
    """Whether the payor on the card is the payer that the last check was made with."""

    value: same_payer.SamePayerValue
    by: same_payer.SamePayerBy | None = shown("What decided it; null when nothing did.")
    reasons: list[same_payer.SamePayerReason] = shown("How numbers, then names, compared.")


@over(benefits_left.Left)
class Left:
    """What the patient may still have to pay of a yearly amount, in US dollars."""

    remaining: Decimal
    level: benefits_left.BenefitLevel = shown("Whose amount decides: the lesser of both is what is left.")


@over(benefits_left.BenefitDoubt)
class BenefitDoubt:
    """A benefit whose numbers are incomplete or contradict; they are shown as the payer sent them."""

    benefit: benefits_left.Benefit
    reason: benefits_left.BenefitDoubtReason


@over(benefits_left.BenefitsLeft)
class BenefitsLeft:
    """What is left in the plan's network, as of the check. Null where nobody tells it or it is in doubt."""

    deductible: Left | None
    out_of_pocket: Left | None
    visits: int | None = shown("How many the plan still pays for.")
    doubts: list[BenefitDoubt]


@over(summary.SummaryCoverage)
class SummaryCoverage:
    """A coverage that is in force, or may be, with all that follows for a bill."""

    rank: ranking_codes.Rank
    rank_reasons: list[ranking_codes.RankReason] = shown("The steps that decided its place.")
    in_force: InForce
    coverage: Coverage = shown("The whole record.")
    member_id: str | None = shown("The number on the card.")
    group_number: str | None = shown("The employer's group.")
    relationship: Relationship | None
    payor: Organization | None = shown("Who pays. Null when the EHR does not hold it or could not say.")
    payor_name: str | None = shown("The payor's name: as the EHR has it now, else as on the coverage.")
    payer_match: SamePayer | None = shown("Null without a check.")
    plan: InsurancePlan | None = shown("The clinic's plan of this plan name.")
    plan_name: str | None = shown("As written on the coverage.")
    in_network: NetworkBenefits | None = shown("From the newest check that the payer answered.")
    left: BenefitsLeft | None = shown(
        "What is left of these benefits; null for a day of another benefit year than the check's."
    )
    prior_authorization: codes.PriorAuthorization | None = shown("From the same check.")
    last_check: EligibilityCheck | None = shown("The newest check, answered or not.")
    last_check_age: int | None = joined(joins.last_check_age, "Seconds since the last check was recorded.")


@over(summary.NotInForce)
class NotInForce:
    """A coverage that is not billed on that day."""

    coverage: Coverage
    in_force: InForce


@over(summary.SummaryWarning)
class SummaryWarning:
    """What a person should look at, and on which coverages."""

    code: summary.SummaryWarningCode
    coverage_ids: list[strawberry.ID]


@over(unsaid.Unsaid)
class Unsaid:
    """What this summary cannot say, of which coverages, and why."""

    part: unsaid.SummaryPart
    code: str = shown("The code of an error or of a notice.")
    coverage_ids: list[strawberry.ID] = shown("Empty: of the patient, or of every coverage.")


@over(summary.InsuranceSummary)
class InsuranceSummary:
    """A patient's insurance on a day. What another system could not tell is in `unsaid`, not guessed."""

    patient: Annotated["Patient", strawberry.lazy("schema.patient")]
    on: date = shown("The day that it is about.")
    coverages: list[SummaryCoverage] = shown(
        "Those in force, or perhaps (UNKNOWN), as they are billed: primary first."
    )
    not_in_force: list[NotInForce] = shown("The others. One that was renewed (a warning tells) is UNKNOWN.")
    dependents: list[Dependent] | None = shown("Null when the clinic could not say: `unsaid` has why.")
    warnings: list[SummaryWarning]
    unsaid: list[Unsaid]
    sources: list[Source] = shown("Every record that this rests on.")


@over(joins.PatientOfTheDay)
class PatientOfTheDay:
    """One of the patients asked for. A summary that fails is null, with its error, and fails no other."""

    patient_id: strawberry.ID
    insurance_summary: InsuranceSummary | None = joined(
        joins.of_the_day, "Null when there is no such patient."
    )
