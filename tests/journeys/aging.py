"""What the journeys of ageing answers share: a gateway whose clock the test owns, and upstreams that die."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Literal, get_args

import pytest

from app.embedded import serving_canvas, serving_clinic, serving_eligibility
from app.greeting import FIRST_QUERY
from connectors.memory import Memory
from sandbox.connection_faults import hang_up, held
from sandbox.facts import Facts
from sandbox.faults import Act, Fault, edit, status
from tests.clock import Ticking
from tests.journeys.conftest import Gateway, Theatre, until
from tests.journeys.test_insurance_summary import DAY

System = Literal["canvas", "clinic", "eligibility"]
Death = Literal["stopped", "hung up", "503"]
Kill = Callable[[], Awaitable[None]]

SYSTEMS = get_args(System)
DEATHS = get_args(Death)

ON_CANVAS = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("mode", ["canvas"], indirect=True),
]
"""The marks of journeys to which it is all the same how the EHR spells its answers."""

MOST_MILLISECONDS = 50
"""What an answer may take that needs no upstream."""

ELIGIBILITY_ALLOWED = ("GATEWAY_CACHE__AGES__ELIGIBILITY__ON_ERROR", "3600")
"""An operator's word that eligibility may be given when it could not be confirmed."""

SERVING: dict[System, Callable[..., Any]] = {
    "canvas": serving_canvas,
    "clinic": serving_clinic,
    "eligibility": serving_eligibility,
}
ACTS: dict[Death, Act] = {"hung up": hang_up(), "503": status(503)}

TYPES = {"Patient", "Coverage", "Organization", "InsurancePlan", "EligibilityCheck", "Dependent"}
"""The types of the records of which both questions below ask."""

TOLD = "fragment told on Source { system stale age }"
SUMMARY = (
    """
query Insurance($id: ID!, $on: Date) {
  insuranceSummary(patientId: $id, on: $on) {
    patient { __typename id source { ...told } }
    coverages {
      rank rankReasons inForce { value reasons }
      coverage { __typename id source { ...told } }
      payor { __typename name source { ...told } }
      plan { __typename planName source { ...told } }
      lastCheck { __typename timestamp source { ...told } }
      left { deductible { remaining } }
    }
    dependents { __typename firstName source { ...told } }
    unsaid { part code }
    sources { ...told }
  }
}
"""
    + TOLD
)
MARKED = (
    """
query Marked($id: ID!) {
  patient(id: $id) {
    __typename name { text } source { ...told }
    coverages {
      __typename id memberId source { ...told }
      payor { __typename name source { ...told } }
      plan { __typename planName source { ...told } }
      latestEligibility { __typename timestamp source { ...told } }
    }
    dependents { __typename firstName source { ...told } }
  }
}
"""
    + TOLD
)


@dataclass(frozen=True)
class Aging(Gateway):
    """A gateway that grows older when its clock is told so."""

    clock: Ticking
    memory: Memory

    async def quiet(self) -> None:
        """Wait until nothing is renewed in the background any more."""
        await until(lambda: not self.memory.renewing)

    async def summary(self, patient: str) -> dict[str, Any]:
        """The answer to the question for the insurance summary, on one day."""
        return await self.ask(SUMMARY, id=patient, on=DAY)

    async def marked(self, patient: str) -> dict[str, Any]:
        """The answer to the README's question, with the source of each record."""
        return await self.ask(MARKED, id=patient)

    async def readme(self, patient: str) -> dict[str, Any]:
        """The answer to the very question of the README."""
        return await self.ask(FIRST_QUERY.format(id=patient))

    def ordinary(self, most: int) -> list[str]:
        """Patients of no named case: whatever is said of them exists."""
        named = {patient for case in self.population.cases for patient in case.patient_ids}
        return [one.id for one in self.population.people if one.id not in named][:most]

    def whole(self, most: int) -> list[str]:
        """Patients of whom every system knows something: coverages with payor, plan and check, dependents."""
        facts = ((one.id, self.population.facts(one.id)) for one in self.population.people)
        found = [
            id_
            for id_, told in facts
            if told["dependents"] and told["coverages"] and all(map(_is_whole, told["coverages"]))
        ]
        return found[:most]


def _is_whole(coverage: Any) -> bool:
    return all(coverage[part] for part in ("payor", "plan", "latestEligibility"))


@asynccontextmanager
async def aging(theatre: Theatre, **settings: Any) -> AsyncIterator[Aging]:
    """A gateway whose clock the test owns."""
    clock = Ticking()
    async with theatre.playing(clock, **settings) as gateway:
        memory = theatre.stage.state["memory"]
        yield Aging(gateway.http, gateway.sandbox, gateway.upstreams, clock, memory)


@asynccontextmanager
async def mortal(
    theatre: Theatre, system: System, death: Death, **settings: Any
) -> AsyncIterator[tuple[Aging, Kill]]:
    """The same, and what kills one of its upstreams: its servers stop, or all they do is fail."""
    simulated = getattr(theatre.sandbox, system)
    async with AsyncExitStack() as servers:
        own = await servers.enter_async_context(SERVING[system](simulated))

        async def kill() -> None:
            if death == "stopped":
                await servers.aclose()
            else:
                simulated.faults.add(Fault(ACTS[death]))

        async with aging(theatre, **{system: own}, **settings) as gateway:
            yield gateway, kill


@asynccontextmanager
async def hanging(
    gateway: Aging, system: System, old: str = "", new: str = ""
) -> AsyncIterator[asyncio.Event]:
    """While the block runs an upstream answers when this gate opens, with one text in place of another."""
    gate = asyncio.Event()
    renamed = edit(lambda body: body.replace(old.encode(), new.encode()))
    simulated(gateway, system).faults.add(Fault(held(gate, renamed)))
    yield gate
    gate.set()


async def timed(asking: Awaitable[dict[str, Any]]) -> tuple[dict[str, Any], float]:
    """An answer, and the milliseconds from the question to it as a client measures them."""
    began = perf_counter()
    answer = await asking
    return answer, 1000 * (perf_counter() - began)


def said(answer: Any) -> Any:
    """What an answer says, without what it tells of its age."""
    if isinstance(answer, list):
        return [said(one) for one in answer]
    if isinstance(answer, dict):
        return {name: said(one) for name, one in answer.items() if name not in {"source", "sources"}}
    return answer


def stale(answer: Any) -> dict[str, int]:
    """The types of the records that are marked as stale, with the age of the oldest of each."""
    ages: dict[str, int] = {}
    for kind, source in _sources(answer):
        if source["stale"]:
            ages[kind] = max(source["age"], ages.get(kind, 0))
    return ages


def fresh(answer: Any) -> set[str]:
    """The types of the records that are not."""
    return {kind for kind, source in _sources(answer) if not source["stale"]}


def _sources(answer: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(answer, dict):
        if "source" in answer:
            yield answer["__typename"], answer["source"]
        answer = list(answer.values())
    if isinstance(answer, list):
        for one in answer:
            yield from _sources(one)


def secrets(facts: Facts) -> Iterator[str]:
    """What must not be told of a person outside of an answer."""
    links: Iterable[Any] = facts["links"].values()
    known = (facts["id"], facts["mrn"], facts["birthDate"], *(link["id"] for link in links))
    yield from filter(None, known)
    yield from facts["name"]["text"].split()
    for coverage in facts["coverages"]:
        yield from (coverage["id"], coverage["memberId"])
    for dependent in facts["dependents"] or ():
        yield from (dependent["firstName"], dependent["dateOfBirth"])


def codes(answer: dict[str, Any]) -> set[tuple[str, str]]:
    """The errors of an answer: code and field."""
    return {(error["extensions"]["code"], str(error["path"][-1])) for error in answer.get("errors", [])}


def freshness(answer: dict[str, Any]) -> dict[tuple[str, str], int]:
    """What an answer tells of stale sources: the oldest age of each system and kind."""
    told = answer.get("extensions", {}).get("freshness", [])
    return {(one["system"], one["kind"]): one["oldestAge"] for one in told}


def simulated(gateway: Gateway, system: System) -> Any:
    """The simulated upstream of this name."""
    return getattr(gateway.sandbox, system)


def forget_calls(gateway: Gateway) -> None:
    """Let every journal begin anew."""
    for system in SYSTEMS:
        simulated(gateway, system).journal.clear()
