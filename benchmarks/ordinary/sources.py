"""What can be asked of which upstream, and how long each kind of answer is kept.

They live as long as the process; a request's loaders are built over them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote
from zoneinfo import ZoneInfo

from app.settings import IdentitySettings
from benchmarks.ordinary.canvas import coverage, human_name, organization, patient
from benchmarks.ordinary.catalogue import Catalogue
from benchmarks.ordinary.checks import latest_check
from benchmarks.ordinary.clinic import dependent, newest_person
from benchmarks.ordinary.coverage import Coverage, HumanName, Organization
from benchmarks.ordinary.eligibility import EligibilityCheck
from benchmarks.ordinary.patient import Dependent, Patient, PersonInformation
from benchmarks.ordinary.upstreams import MISSING, Question, Upstream
from benchmarks.ordinary.values import Json

K = TypeVar("K")
T = TypeVar("T")

A_MINUTE, AN_HOUR = 60.0, 3600.0  # our gateway's own times, by kind of answer
INSURANCES = "/v1/clinic/insurances"
CHECKS = "/apis/eligibility/v2/insurance/eligibility/search"


@dataclass(frozen=True)
class Source(Generic[K, T]):
    """One kind of answer by its key: how it is asked for and built, and for how many seconds it is kept."""

    upstream: Upstream
    fetch: Callable[[Question], Awaitable[Any]]
    ask: Callable[[K], Question]
    build: Callable[[Any], T]
    seconds: float = A_MINUTE

    async def load(self, keys: list[K]) -> list[T | BaseException]:
        """The answers, for a DataLoader.

        No upstream documents a way to ask for several keys at once: those that are missing are asked for
        side by side.
        """
        questions = [self.ask(key) for key in keys]
        answers = [self.upstream.cache.get(self.upstream.url, question) for question in questions]
        missing = [place for place, answer in enumerate(answers) if answer is MISSING]
        if missing:
            fetching = [self._fetched(questions[place]) for place in missing]
            fetched = await asyncio.gather(*fetching, return_exceptions=True)
            for place, answer in zip(missing, fetched, strict=True):
                answers[place] = answer
        return cast("list[T | BaseException]", answers)

    async def _fetched(self, question: Question) -> T:
        answer = self.build(await self.fetch(question))
        self.upstream.cache.put(self.upstream.url, question, answer, self.seconds)
        return answer


class Sources:
    """Every kind of answer there is."""

    def __init__(
        self,
        identity: IdentitySettings,
        zone: ZoneInfo,
        canvas: Upstream,
        clinic: Upstream,
        eligibility: Upstream,
    ) -> None:
        known = partial(patient, identity)
        self.patients: Source[str, Patient | None] = Source(
            canvas, canvas.one, partial(_by_id, "Patient"), _or_none(known)
        )
        self.patients_of_dependents: Source[str, list[Patient]] = Source(
            canvas,
            canvas.resources,
            lambda id_: Question("/Patient", (("identifier", f"{identity.dependent_system}|{id_}"),)),
            _each(known),
        )
        self.related_persons: Source[str, HumanName | None] = Source(
            canvas, canvas.one, partial(_by_id, "RelatedPerson"), _or_none(human_name)
        )
        self.coverages: Source[str, list[Coverage]] = Source(
            canvas,
            canvas.resources,
            lambda id_: Question("/Coverage", (("patient", f"Patient/{id_}"),)),
            _each(coverage),
        )
        self.organizations: Source[str, Organization | None] = Source(
            canvas, canvas.one, partial(_by_id, "Organization"), _or_none(organization), AN_HOUR
        )
        self.person_informations: Source[str, PersonInformation | None] = Source(
            clinic, clinic.rows, partial(_listed, "person_informations", "patient_id"), newest_person
        )
        self.dependents: Source[str, list[Dependent]] = Source(
            clinic, clinic.rows, partial(_listed, "dependents", "primary_holder_id"), _each(dependent)
        )
        self.catalogue: Source[str, Catalogue] = Source(
            clinic, clinic.rows, lambda _: Question(f"{INSURANCES}/plans"), Catalogue, AN_HOUR
        )
        self.checks: Source[tuple[str, str], EligibilityCheck | None] = Source(
            eligibility, eligibility.one, _search, partial(latest_check, zone)
        )


def _by_id(type_: str, id_: str) -> Question:
    return Question(f"/{type_}/{quote(id_, safe='')}")


def _listed(name: str, parameter: str, id_: str) -> Question:
    return Question(f"{INSURANCES}/{name}", ((parameter, id_),))


def _search(key: tuple[str, str]) -> Question:
    patient_id, member_id = key
    return Question(CHECKS, (("patient_id", patient_id), ("insurance_number", member_id)))


def _or_none(build: Callable[[Json], T | None]) -> Callable[[Json | None], T | None]:
    return lambda sent: None if sent is None else build(sent)


def _each(build: Callable[[Json], T]) -> Callable[[list[Json]], list[T]]:
    return lambda sent: [build(one) for one in sent]
