"""Eligibility checks: the latest of a coverage, and histories by patient, coverage or member number."""

from collections.abc import Iterable

from connectors.canvas.connector import Canvas
from connectors.eligibility.check import EligibilityCheck
from connectors.eligibility.codes import EligibilityChannel
from connectors.eligibility.connector import Eligibility
from connectors.eligibility.history import History
from connectors.eligibility.search import HistorySearch, is_member_id
from connectors.fhir.coverage import Coverage
from connectors.fhir.patient import Patient
from connectors.listing import Listing
from resolvers.absent import NO_MEMBER_ID, NO_RECORD, Absent
from resolvers.arguments import Arguments, Id
from resolvers.join import join
from resolvers.links import linked_id
from resolvers.read import own_id, read
from resolvers.rules.eligibility_history import EligibilityHistory, eligibility_history


class OnChannel(Arguments, frozen=True, kw_only=True):
    """On one channel, or the newest on any."""

    channel: EligibilityChannel | None = None


class OnChannels(Arguments, frozen=True, kw_only=True):
    """On each of these channels, asked side by side; without them the newest on any."""

    channels: tuple[EligibilityChannel, ...] | None = None


class HistorySought(Arguments, frozen=True, kw_only=True):
    """A patient's history under one member number."""

    patient_id: Id
    member_id: str
    channels: tuple[EligibilityChannel, ...] | None = None


Searches = tuple[HistorySearch, ...] | Absent | None


def _searches(
    patient: Patient | None, numbers: Iterable[str], channels: Iterable[EligibilityChannel | None]
) -> Searches:
    if patient is None:
        return None
    patient_id = linked_id(patient.links.eligibility)
    if isinstance(patient_id, Absent):
        return patient_id
    known = dict.fromkeys(numbers)
    each = dict.fromkeys(channels)
    searches = tuple(
        [
            HistorySearch(patient_id=patient_id, member_id=number, channel=channel)
            for number in known
            for channel in each
        ]
    )
    return searches or NO_MEMBER_ID


def _numbers(*coverages: Coverage) -> list[str]:
    """The member numbers that can be asked for; one that cannot is no fault of who asks."""
    return [number for one in coverages if (number := one.member_id) and is_member_id(number)]


def _of_coverage(coverage: Coverage, asked: OnChannels, patient: Patient | None) -> Searches:
    return _searches(patient, _numbers(coverage), asked.channels or (None,))


def _latest_of_coverage(coverage: Coverage, asked: OnChannel, patient: Patient | None) -> Searches:
    return _searches(patient, _numbers(coverage), [asked.channel])


def searches_on_any_channel(patient: Patient | None, coverages: Iterable[Coverage]) -> Searches:
    """The search for each member number of the patient's coverages: the newest check on any channel."""
    return _searches(patient, _numbers(*coverages), (None,))


def _of_patient(patient: Patient, asked: OnChannels, coverages: Listing[Coverage] | None) -> Searches:
    numbers = _numbers(*coverages.items) if coverages else []
    return _searches(patient, numbers, asked.channels or (None,))


def _of_number(_: None, asked: HistorySought, patient: Patient | None) -> Searches:
    return _searches(patient, [asked.member_id], asked.channels or (None,))


def _history(
    _: object, asked: object, __: object, answers: list[History | None] | None
) -> EligibilityHistory | None:
    return None if answers is None else eligibility_history(answers)


def _latest(
    _: Coverage, asked: OnChannel, __: Patient | None, answers: list[History | None] | None
) -> EligibilityCheck | Absent | None:
    return None if answers is None else eligibility_history(answers).latest or NO_RECORD


_beneficiary = read(Canvas.patient, lambda coverage, _: coverage.patient_id)

latest = join(_beneficiary, read(Eligibility.history, _latest_of_coverage, inherits=True), then=_latest)

of_coverage = join(_beneficiary, read(Eligibility.history, _of_coverage, inherits=True), then=_history)

of_patient = join(
    read(Canvas.coverages_of, own_id),
    read(Eligibility.history, _of_patient, inherits=True),
    then=_history,
)

of_number = join(
    read(Canvas.patient, lambda _, asked: asked.patient_id),
    read(Eligibility.history, _of_number, inherits=True),
    then=_history,
)
