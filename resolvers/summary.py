"""A patient's insurance on a day: one summary, the first card, and the summaries of a day's patients."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Any

from msgspec import Meta

from connectors.canvas.connector import Canvas
from connectors.clinic.connector import CATALOGUE, Clinic
from connectors.eligibility.connector import Eligibility
from connectors.eligibility.history import History
from connectors.errors import InvalidKey
from connectors.fhir.coverage import Coverage
from connectors.fhir.patient import Patient
from connectors.listing import Listing
from connectors.payers import PayerIdOrigin, Payers
from connectors.record import Record
from resolvers.absent import Absent
from resolvers.arguments import Arguments, Id
from resolvers.context import Context
from resolvers.eligibility import Searches, searches_on_any_channel
from resolvers.join import FromContext, join_in_context
from resolvers.links import clinic_id
from resolvers.read import own_id, read
from resolvers.rules.evidence import Evidence
from resolvers.rules.in_force import InForce, in_force, newest_answer
from resolvers.rules.plan_match import plan_match
from resolvers.rules.ranking import Ranked
from resolvers.rules.summary import InsuranceSummary, SummaryCoverage, insurance_summary, ranked_coverages

MOST_PATIENTS = 100
MOST_PATIENTS_IN_ALL = 200
"""In one operation: each costs five calls or more. Aliases would make three thousand of a hundred."""
NOT_ASKED = Absent("")

Day = Annotated[date | None, Meta(description="Today where none is given, in the operator's time zone.")]


class OnDay(Arguments, frozen=True, kw_only=True):
    """On which day."""

    on: Day = None


class SummarySought(Arguments, frozen=True, kw_only=True):
    """Of which patient, on which day."""

    patient_id: Id
    on: Day = None


class SummariesSought(Arguments, frozen=True, kw_only=True):
    """Of which patients, on which day."""

    patient_ids: Annotated[tuple[Id, ...], Meta(description="At most 100, and 200 in one operation.")]
    on: Day = None


class PatientOfTheDay(Record, frozen=True, kw_only=True):
    """One of those who were asked for, whoever they are."""

    patient_id: str
    on: date | None


def _payor_ids(coverages: Listing[Coverage] | None) -> tuple[str, ...] | None:
    ids = (one.payor_id for one in coverages.items) if coverages else ()
    return tuple(dict.fromkeys(filter(None, ids))) or None


def _searches(patient: Patient | None, coverages: Listing[Coverage] | None) -> Searches:
    return searches_on_any_channel(patient, coverages.items if coverages else ())


def _evidence(patient: Patient, coverages: Listing[Coverage], payers: Payers, *answers: Any) -> Evidence:
    """What was read. The answers to several keys come in the order of the keys.

    Payer numbers that were learnt from checks are left out: they follow from names, and from what was read
    before, on which no conclusion must depend.
    """
    histories, catalogue, payors, dependents = answers
    searches, ids = _searches(patient, coverages), _payor_ids(coverages) or ()
    if isinstance(searches, tuple) and isinstance(histories, tuple):
        histories = {search.member_id: told for search, told in zip(searches, histories, strict=True)}
    if isinstance(payors, Absent):
        payors = (payors,) * len(ids)
    return Evidence(
        patient=patient,
        coverages=coverages,
        histories=histories,
        catalogue=catalogue,
        payors=dict(zip(ids, payors or (), strict=True)),
        dependents=dependents,
        payer_ids=lambda payor: [
            one.value for one in payers.of(payor) if one.origin is not PayerIdOrigin.ELIGIBILITY
        ],
    )


def _concluded(*known: Any) -> InsuranceSummary:
    *records, on, zone = known
    return insurance_summary(_evidence(*records), on, zone)


def _summary(
    context: Context,
    on: date | None,
    patient: Patient | None,
    coverages: Listing[Coverage] | None,
    *answers: Any,
) -> InsuranceSummary | None:
    if patient is None or coverages is None:
        return None
    return context.conclusions.of(
        _concluded,
        (patient, coverages, context.payers, *_frozen(answers)),
        on or context.today,
        context.zone,
    )


def _frozen(answers: Iterable[Any]) -> Iterator[Any]:
    return (tuple(one) if isinstance(one, list) else one for one in answers)


def _primary(
    context: Context, patient: Patient, asked: OnDay, coverages: Listing[Coverage] | None, *answers: Any
) -> Ranked | None:
    if coverages is None:
        return None
    evidence = _evidence(patient, coverages, context.payers, *_frozen(answers), NOT_ASKED, NOT_ASKED)
    return next(iter(ranked_coverages(evidence, asked.on or context.today, context.zone)), None)


def _of_coverage(
    context: Context, coverage: Coverage, asked: OnDay, _: Any, answers: Any, catalogue: Any
) -> InForce:
    histories = answers if isinstance(answers, list) else ()
    checks = [check for history in histories if isinstance(history, History) for check in history.items]
    plan = None if isinstance(catalogue, Absent) else plan_match(coverage, catalogue).plan
    on = asked.on or context.today
    return in_force(coverage, on, plan=plan, check=newest_answer(checks), zone=context.zone)


def _days_patients(context: Context, _: None, asked: SummariesSought) -> tuple[PatientOfTheDay, ...]:
    if len(asked.patient_ids) > MOST_PATIENTS:
        raise InvalidKey(f"At most {MOST_PATIENTS} patients can be asked for at once.")
    context.patients_of_days += len(asked.patient_ids)
    if context.patients_of_days > MOST_PATIENTS_IN_ALL:
        raise InvalidKey(f"At most {MOST_PATIENTS_IN_ALL} patients can be asked for in one operation.")
    on = asked.on or context.today
    return tuple(PatientOfTheDay(patient_id=one, on=on) for one in asked.patient_ids)


def _of_one(coverage: Coverage, _: OnDay, patient: Patient | Absent | None) -> Searches:
    return patient if isinstance(patient, Absent) else searches_on_any_channel(patient, [coverage])


def _age(told: SummaryCoverage, context: Context) -> int | None:
    """Seconds since the last check was recorded."""
    recorded = told.last_check.timestamp if told.last_check else None
    return None if recorded is None else max(0, int((context.now - recorded).total_seconds()))


_catalogue = read(Clinic.plans, lambda _, asked: CATALOGUE, optional=True)

_of_the_patients_own = (
    read(Canvas.coverages_of, own_id),
    read(
        Eligibility.history, lambda patient, _, found: _searches(patient, found), inherits=True, optional=True
    ),
    _catalogue,
)

_of_another = (
    read(Canvas.patient, lambda record, asked: (asked or record).patient_id),
    read(Canvas.coverages_of, lambda record, asked: (asked or record).patient_id),
    read(
        Eligibility.history,
        lambda _, asked, patient, found: _searches(patient, found),
        inherits=True,
        optional=True,
    ),
    _catalogue,
    read(Canvas.organization, lambda _, asked, patient, found: _payor_ids(found), optional=True),
    read(Clinic.dependents_of, lambda _, asked, patient: clinic_id(patient), inherits=True, optional=True),
)

of_patient = join_in_context(
    *_of_the_patients_own,
    read(Canvas.organization, lambda _, asked, found: _payor_ids(found), optional=True),
    read(Clinic.dependents_of, lambda patient, _: clinic_id(patient), inherits=True, optional=True),
    then=lambda context, patient, asked, *answers: _summary(context, asked.on, patient, *answers),
)

by_patient_id = join_in_context(
    *_of_another, then=lambda context, _, asked, *answers: _summary(context, asked.on, *answers)
)

of_the_day = join_in_context(
    *_of_another, then=lambda context, entry, _, *answers: _summary(context, entry.on, *answers)
)

days_patients = join_in_context(then=_days_patients)

primary = join_in_context(*_of_the_patients_own, then=_primary)

coverage_in_force = join_in_context(
    read(Canvas.patient, lambda coverage, _: coverage.patient_id, optional=True),
    read(Eligibility.history, _of_one, inherits=True, optional=True),
    _catalogue,
    then=_of_coverage,
)

last_check_age = FromContext(_age)
