"""The connectors over the sandbox's named cases, without sockets, and every question that they answer."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import httpx
from starlette.types import ASGIApp

from connectors.authorization import StaticHeader
from connectors.cache import Connector, Fetch
from connectors.canvas.connector import Canvas
from connectors.canvas.search import OrganizationSearch, PatientSearch
from connectors.clinic.connector import CATALOGUE, Clinic
from connectors.clinic.search import PageSearch
from connectors.eligibility.connector import Eligibility
from connectors.eligibility.search import HistorySearch
from connectors.fhir.links import ForeignId, IdentifierSystems, LinkName
from connectors.fhir.rest import Fhir
from connectors.listing import Place
from connectors.memory import Memory
from connectors.slot import Slot
from connectors.upstream import Upstream
from sandbox.canvas import Canvas as SandboxCanvas
from sandbox.canvas import Switches
from sandbox.clinic import Clinic as SandboxClinic
from sandbox.clinic.clinic import USER_TOKEN
from sandbox.eligibility import Eligibility as SandboxEligibility
from sandbox.identifiers import CLINIC_SYSTEM, DEPENDENT_SYSTEM, ELIGIBILITY_SYSTEM
from sandbox.oauth import Tokens
from sandbox.people import Coverage, Person
from sandbox.population import Population, population
from tests.connectors.over_httpx import OverHttpx

Question: TypeAlias = tuple[Fetch[Any, Any, Any], Any]

FHIR = "http://ehr.example"
SYSTEMS = {
    LinkName.CLINIC: CLINIC_SYSTEM,
    LinkName.ELIGIBILITY: ELIGIBILITY_SYSTEM,
    LinkName.DEPENDENT: DEPENDENT_SYSTEM,
}


@cache
def people() -> Population:
    """The named cases alone, those of plain R4 among them."""
    return population(0, mode="plain-r4")


@dataclass(frozen=True)
class Connected:
    """Connectors, each of a realm of its own, and the upstreams behind them."""

    canvas: SandboxCanvas
    clinic: SandboxClinic
    eligibility: SandboxEligibility
    connectors: Mapping[type, Connector]

    @property
    def calls(self) -> int:
        """How many calls the upstreams have had."""
        return sum(one.journal.count() for one in (self.canvas, self.clinic, self.eligibility))


def connected() -> Connected:
    """New upstreams, and what speaks to them."""
    canvas = SandboxCanvas(people(), Switches(mode="plain-r4"))
    clinic, eligibility = SandboxClinic(people()), SandboxEligibility(people())
    fhir = _upstream(FHIR, canvas.fhir_app(), _bearer(canvas.tokens))
    checks = _upstream("http://checks.example", eligibility.app(), _bearer(eligibility.tokens))
    office = _upstream("http://clinic.example", clinic.app(), StaticHeader("X-User-Token", USER_TOKEN))
    connectors: dict[type, Connector] = {
        Canvas: Canvas(Fhir(fhir, base_url=FHIR), "the ehr", IdentifierSystems()),
        Clinic: Clinic(office, "the clinic"),
        Eligibility: Eligibility(checks, "the service", ZoneInfo("UTC")),
    }
    return Connected(canvas, clinic, eligibility, connectors)


def _upstream(address: str, app: ASGIApp, authorization: StaticHeader) -> Upstream:
    client = OverHttpx(httpx.ASGITransport(app))
    return Upstream("an upstream", address, client=client, authorization=authorization)


def _bearer(tokens: Tokens) -> StaticHeader:
    return StaticHeader("Authorization", f"Bearer {tokens.new(lambda number, _: f'token-{number}')}")


def of_person(person: Person) -> Iterator[Question]:
    """What is asked by this person's ids and names."""
    yield Canvas.patient, person.id
    yield Canvas.coverages_of, person.id
    yield Canvas.patients, PatientSearch(name=person.family, first=20, start=Place())
    for link, system in SYSTEMS.items():
        if known_as := person.known_as(system):
            yield Canvas.patients_linked, ForeignId(link=link, id=known_as)
    if known_as := person.known_as(CLINIC_SYSTEM):
        yield Clinic.person_informations_of, known_as
        yield Clinic.dependents_of, known_as
    for one in people().informations.get(person.id, ()):
        yield Clinic.person_information, str(one.id)
    for coverage in people().coverages_of.get(person.id, ()):
        yield from of_coverage(person, coverage)


def of_coverage(person: Person, coverage: Coverage) -> Iterator[Question]:
    """What is asked by the numbers of this coverage of the person's."""
    yield Canvas.coverage, coverage.id
    yield Canvas.coverages_under, coverage.member_id
    if known_as := person.known_as(ELIGIBILITY_SYSTEM):
        yield Eligibility.history, HistorySearch(patient_id=known_as, member_id=coverage.member_id)


def of_nobody() -> Iterator[Question]:
    """What is asked of payors and plans."""
    yield Clinic.plans, CATALOGUE
    yield Canvas.organizations, OrganizationSearch(name="a", first=20, start=Place())
    for payor in people().payors:
        yield Canvas.organization, payor.id


def questions() -> Iterator[Question]:
    """Every question, by anybody's ids."""
    yield from of_nobody()
    yield Clinic.person_informations, PageSearch(first=100)
    yield Clinic.dependents, PageSearch(first=100)
    for relative in people().relatives:
        yield Canvas.related_person, relative.id
    for person in people().people:
        yield from of_person(person)


@cache
def answers() -> Mapping[Slot, object]:
    """Every question's honest answer, by the slot that it is kept under."""

    async def read() -> dict[Slot, object]:
        connectors = connected().connectors
        return {
            (connectors[fetch.connector].realm, fetch, key): await fetch.method(
                connectors[fetch.connector], key
            )
            for fetch, key in dict.fromkeys(questions())
        }

    return asyncio.run(read())


CONNECTORS = connected().connectors


def person(case: str, nth: int = 0) -> Person:
    """The nth patient of a case."""
    return people().by_id[people().case(case).patient_ids[nth]]


def slot(question: Question) -> Slot:
    """Where its answer is kept."""
    fetch, key = question
    return CONNECTORS[fetch.connector].realm, fetch, key


def kept(memory: Memory) -> set[Slot]:
    """Where anything is remembered."""
    return set(memory._store.slots())
