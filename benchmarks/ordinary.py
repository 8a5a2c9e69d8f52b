"""The graph as a careful team writes it by the book: what ours is compared with.

Strawberry's own ASGI app with its parser and validation caches; types with plain attributes and an
`async def` resolver for each relationship; DataLoaders for each request; one httpx client for each upstream
as long as the process lives; behind the loaders a dict of built objects, kept as long as our gateway keeps
its records. It trusts its upstreams and its callers: no retries, no limits, no access rules.
"""

import asyncio
import enum
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final, Generic, NamedTuple, TypeAlias, TypedDict, TypeVar, cast
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx
import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

from app.settings import CanvasSettings, ClinicSettings, EligibilitySettings, IdentitySettings, Settings

E = TypeVar("E", bound=enum.Enum)
K = TypeVar("K")
T = TypeVar("T")

Json: TypeAlias = dict[str, Any]
Info: TypeAlias = strawberry.Info["Loaders", None]

A_MINUTE, AN_HOUR = 60.0, 3600.0  # our gateway's own times, by kind of answer
MOST_KEPT = 100_000
CONNECTIONS = 100
EARLY = 60.0  # seconds before a token's end at which another one is due
CANVAS_MRN = "http://canvasmedical.com"
CATALOGUE = "all"  # the key of the one catalogue of plans
SUCCESS = 2000
INSURANCES = "/v1/clinic/insurances"
CHECKS = "/apis/eligibility/v2/insurance/eligibility/search"


# What is shown.


@strawberry.enum
class LinkState(enum.Enum):
    """Whether the EHR says who a patient is in another system."""

    LINKED = "LINKED"
    NOT_LINKED = "NOT_LINKED"
    AMBIGUOUS = "AMBIGUOUS"


@strawberry.enum
class CoverageStatusCode(enum.Enum):
    """FHIR R4 fm-status."""

    ACTIVE = "ACTIVE"
    CANCELLED = "CANCELLED"
    DRAFT = "DRAFT"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"
    UNRECOGNIZED = "UNRECOGNIZED"


@strawberry.enum
class RelationshipCode(enum.Enum):
    """FHIR R4 subscriber-relationship."""

    SELF = "SELF"
    SPOUSE = "SPOUSE"
    CHILD = "CHILD"
    PARENT = "PARENT"
    COMMON = "COMMON"
    INJURED = "INJURED"
    OTHER = "OTHER"
    UNRECOGNIZED = "UNRECOGNIZED"


@strawberry.enum
class DependentRelationshipCode(enum.Enum):
    """The clinic's relationships of a dependent to the holder."""

    SPOUSE = "SPOUSE"
    CHILD = "CHILD"
    PARENT = "PARENT"
    OTHER = "OTHER"
    UNRECOGNIZED = "UNRECOGNIZED"


@strawberry.enum
class EligibilityStatusCode(enum.Enum):
    """How an enquiry ended."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    FAILED = "FAILED"
    PENDING = "PENDING"
    UNRECOGNIZED = "UNRECOGNIZED"


@strawberry.enum
class EligibilityChannel(enum.Enum):
    """How a check was made."""

    CLAIM_MD = "CLAIM_MD"
    PVERIFY = "PVERIFY"
    SPRY = "SPRY"
    MANUAL_CAPTURE = "MANUAL_CAPTURE"
    EDI = "EDI"
    UNRECOGNIZED = "UNRECOGNIZED"


@strawberry.enum
class PlanMatchMethod(enum.Enum):
    """How a coverage's plan was found in the catalogue."""

    EXACT_NAME = "EXACT_NAME"
    NORMALIZED_NAME = "NORMALIZED_NAME"
    AMBIGUOUS = "AMBIGUOUS"
    NONE = "NONE"


@strawberry.type
class Amounts:
    """A yearly amount in US dollars."""

    total: Decimal | None
    remaining: Decimal | None
    used: Decimal | None


@strawberry.type
class Limitation:
    """How much of a benefit there is."""

    total_visits: int | None
    visits_remaining: int | None
    amount_remaining: Decimal | None


@strawberry.type
class NetworkBenefits:
    """What the patient pays in the plan's network."""

    individual_deductible: Amounts | None
    family_deductible: Amounts | None
    individual_out_of_pocket: Amounts | None
    family_out_of_pocket: Amounts | None
    co_insurance_percent: Decimal | None
    co_pay: Decimal | None
    limitation: Limitation | None


@strawberry.type
class EligibilityStatus:
    """How an enquiry ended."""

    code: EligibilityStatusCode


@strawberry.type
class EligibilityCheck:
    """One enquiry to a payer and what came of it."""

    status: EligibilityStatus
    timestamp: datetime
    channel: EligibilityChannel
    in_network: NetworkBenefits | None


@strawberry.type
class InsurancePlan:
    """A plan of the clinic's catalogue."""

    plan_name: str | None
    plan_type: str | None
    carrier: str | None
    active: bool | None


@strawberry.type
class PlanMatch:
    """How a coverage's plan was looked for in the catalogue."""

    method: PlanMatchMethod
    plan: strawberry.Private[InsurancePlan | None] = None


@strawberry.type
class Organization:
    """A payor."""

    name: str | None


@strawberry.type
class HumanName:
    """A person's name."""

    text: str | None


@strawberry.type
class Party:
    """Who stands behind a coverage's reference."""

    display: str | None


@strawberry.type
class CoverageStatus:
    """The record's state in the EHR."""

    code: CoverageStatusCode


@strawberry.type
class CoverageType:
    """What kind of coverage it is."""

    code: str | None


@strawberry.type
class Relationship:
    """The beneficiary's relationship to the subscriber."""

    code: RelationshipCode


@strawberry.type
class Period:
    """Days, both included."""

    start: date | None
    end: date | None


class Reference(NamedTuple):
    """Of which type, with which id, and what is printed beside it."""

    type: str
    id: str
    display: str | None


@strawberry.type
class Coverage:
    """One insurance of one patient."""

    id: strawberry.ID
    status: CoverageStatus
    type: CoverageType | None
    member_id: str | None
    relationship: Relationship | None
    period: Period | None
    order: int | None
    group_number: str | None
    payor_name: str | None
    plan_name: str | None
    beneficiary: strawberry.Private[Reference | None]
    subscribed: strawberry.Private[Reference | None]
    paid: strawberry.Private[Reference | None]

    @strawberry.field
    async def payor(self, info: Info) -> Organization | None:
        """Who pays."""
        if self.paid is None or self.paid.type != "Organization":
            return None
        return await info.context.organizations.load(self.paid.id)

    @strawberry.field
    async def subscriber(self, info: Info) -> Party | None:
        """Who signed up: as printed on the coverage, else as their own record has it."""
        told = self.subscribed
        if told is None or told.display:
            return Party(display=told.display) if told else None
        name: HumanName | None = None
        if told.type == "Patient":
            patient = await info.context.patients.load(told.id)
            name = patient.name if patient else None
        elif told.type == "RelatedPerson":
            name = await info.context.related_persons.load(told.id)
        return Party(display=name.text if name else None)

    @strawberry.field
    async def plan(self, info: Info) -> InsurancePlan | None:
        """The clinic's plan of this plan name."""
        catalogue = await info.context.catalogue.load(CATALOGUE)
        return catalogue.match(self.plan_name, self.payor_name).plan

    @strawberry.field
    async def plan_match(self, info: Info) -> PlanMatch:
        """How that plan was found, or why not."""
        catalogue = await info.context.catalogue.load(CATALOGUE)
        return catalogue.match(self.plan_name, self.payor_name)

    @strawberry.field
    async def latest_eligibility(self, info: Info) -> EligibilityCheck | None:
        """The newest check under this coverage's number."""
        if self.beneficiary is None or self.member_id is None:
            return None
        patient = await info.context.patients.load(self.beneficiary.id)
        if patient is None or patient.links.eligibility.id is None:
            return None
        return await info.context.checks.load((patient.links.eligibility.id, self.member_id))


@strawberry.type
class PersonInformation:
    """Who a patient is to their insurers."""

    first_name: str | None
    last_name: str | None
    date_of_birth: date | None
    ssn_masked: str | None
    phone: str | None
    email: str | None
    updated_at: strawberry.Private[str]


@strawberry.type
class DependentRelationship:
    """What a dependent is to the holder."""

    code: DependentRelationshipCode


@strawberry.type
class Dependent:
    """Somebody insured through another."""

    id: strawberry.ID
    first_name: str | None
    last_name: str | None
    date_of_birth: date | None
    relationship: DependentRelationship | None

    @strawberry.field
    async def patient(self, info: Info) -> "Patient | None":
        """The dependent as a patient."""
        found = await info.context.patients_of_dependents.load(self.id)
        return found[0] if len(found) == 1 else None


@strawberry.type
class Link:
    """A patient's id in another system."""

    state: LinkState
    id: strawberry.ID | None


@strawberry.type
class Links:
    """A patient's ids in the other systems."""

    clinic: Link
    eligibility: Link
    clinik: Link


@strawberry.type
class Patient:
    """A patient of the EHR."""

    id: strawberry.ID
    name: HumanName | None
    birth_date: date | None
    mrn: str | None
    links: Links

    @strawberry.field
    async def coverages(self, info: Info) -> list[Coverage]:
        """The patient's coverages, in the EHR's order."""
        return await info.context.coverages.load(self.id)

    @strawberry.field
    async def person_information(self, info: Info) -> PersonInformation | None:
        """The newest that the clinic has."""
        clinic_id = self.links.clinic.id
        return await info.context.person_informations.load(clinic_id) if clinic_id else None

    @strawberry.field
    async def dependents(self, info: Info) -> list[Dependent] | None:
        """Those insured through this patient."""
        clinic_id = self.links.clinic.id
        return await info.context.dependents.load(clinic_id) if clinic_id else None


@strawberry.type
class Query:
    """Patients and their insurance."""

    @strawberry.field
    async def patient(self, info: Info, id: strawberry.ID) -> Patient | None:  # noqa: A002  # GraphQL's name
        """The patient of this id."""
        return await info.context.patients.load(id)


# From JSON to what is shown.


def _patient(identity: IdentitySettings, resource: Json) -> Patient:
    known = _identifiers(resource.get("identifier", ()))
    return Patient(
        id=strawberry.ID(resource["id"]),
        name=_name(resource),
        birth_date=_day(resource.get("birthDate")),
        mrn=next(iter(known.get(CANVAS_MRN, ())), None),
        links=Links(
            clinic=_link(known.get(identity.clinic_system, ())),
            eligibility=_link(known.get(identity.eligibility_system, ())),
            clinik=_link(known.get(identity.clinik_system, ())),
        ),
    )


def _identifiers(sent: Iterable[Json]) -> dict[str, list[str]]:
    """The values by their system, each once."""
    known: dict[str, list[str]] = {}
    for one in sent:
        values = known.setdefault(one.get("system", ""), [])
        if one.get("use") != "old" and one["value"] not in values:
            values.append(one["value"])
    return known


def _link(values: Sequence[str]) -> Link:
    if len(values) == 1:
        return Link(state=LinkState.LINKED, id=strawberry.ID(values[0]))
    return Link(state=LinkState.AMBIGUOUS if values else LinkState.NOT_LINKED, id=None)


def _name(resource: Json) -> HumanName | None:
    """The official name, else the usual one, else the first."""
    rank = {"official": 0, "usual": 1}
    name = min(resource.get("name", ()), key=lambda it: rank.get(it.get("use"), 2), default=None)
    if name is None:
        return None
    return HumanName(text=name.get("text") or " ".join((*name.get("given", ()), name.get("family", ""))))


def _coverage(resource: Json) -> Coverage:
    payors = resource.get("payor")
    payor = _reference(payors[0]) if payors else None
    classes = resource.get("class", ())
    type_, relationship, period = (resource.get(name) for name in ("type", "relationship", "period"))
    return Coverage(
        id=strawberry.ID(resource["id"]),
        status=CoverageStatus(code=_coded(CoverageStatusCode, resource.get("status"))),
        type=CoverageType(code=_code(type_)) if type_ else None,
        member_id=_member_id(resource),
        relationship=Relationship(code=_coded(RelationshipCode, _code(relationship)))
        if relationship
        else None,
        period=Period(start=_day(period.get("start")), end=_day(period.get("end"))) if period else None,
        order=resource.get("order"),
        group_number=_class(classes, "group"),
        payor_name=payor.display if payor else None,
        plan_name=_class(classes, "plan"),
        beneficiary=_reference(resource.get("beneficiary")),
        subscribed=_reference(resource.get("subscriber")),
        paid=payor,
    )


def _member_id(resource: Json) -> str | None:
    """The identifier of type MB (HL7 v2-0203), else the subscriber's number."""
    numbers = (one["value"] for one in resource.get("identifier", ()) if _code(one.get("type")) == "MB")
    return next(numbers, None) or resource.get("subscriberId")


def _reference(sent: Json | None) -> Reference | None:
    if sent is None:
        return None
    type_, _, id_ = sent.get("reference", "").rpartition("/")
    return Reference(type_, id_, sent.get("display", "").strip() or None)


def _code(concept: Json | None) -> str | None:
    codings = concept.get("coding") if concept else None
    return codings[0].get("code") if codings else None


def _class(classes: Iterable[Json], code: str) -> str | None:
    return next((one.get("name") or one["value"] for one in classes if _code(one["type"]) == code), None)


def _organization(resource: Json) -> Organization:
    return Organization(name=resource.get("name"))


def _coded(codes: type[E], text: str | None) -> E:
    name = (text or "").upper().replace("-", "_")
    return codes[name] if name in codes.__members__ else codes["UNRECOGNIZED"]


def _day(text: str | None) -> date | None:
    """The day; None when only a month or a year is told."""
    whole = text and text[:10]
    return date.fromisoformat(whole) if whole and len(whole) == len("YYYY-MM-DD") else None


def _newest_person(rows: list[Json]) -> PersonInformation | None:
    return max(map(_person, rows), key=lambda person: person.updated_at, default=None)


def _person(row: Json) -> PersonInformation:
    return PersonInformation(
        first_name=row["first_name"],
        last_name=row["last_name"],
        date_of_birth=_day(row["date_of_birth"]),
        ssn_masked=f"***-**-{row['ssn'][-4:]}" if row["ssn"] else None,
        phone=row["phone"],
        email=row["email"],
        updated_at=row["updated_at"],
    )


def _dependent(row: Json) -> Dependent:
    relationship = row["relationship"]
    return Dependent(
        id=strawberry.ID(str(row["id"])),
        first_name=row["first_name"],
        last_name=row["last_name"],
        date_of_birth=_day(row["date_of_birth"]),
        relationship=DependentRelationship(code=_coded(DependentRelationshipCode, relationship))
        if relationship
        else None,
    )


class Catalogue:
    """The clinic's plans, found by their names."""

    def __init__(self, rows: Iterable[Json]) -> None:
        self._exact: dict[str, list[InsurancePlan]] = {}
        self._normalized: dict[str, list[InsurancePlan]] = {}
        for row in rows:
            plan = InsurancePlan(
                plan_name=row["plan_name"],
                plan_type=row["plan_type"],
                carrier=row["carrier"],
                active=row["active"],
            )
            self._exact.setdefault(row["plan_name"], []).append(plan)
            self._normalized.setdefault(_normalized(row["plan_name"]), []).append(plan)

    def match(self, name: str | None, payor: str | None) -> PlanMatch:
        """The plan of this name; between several, the one whose carrier is called like the payor."""
        if not name:
            return PlanMatch(method=PlanMatchMethod.NONE)
        method, plans = PlanMatchMethod.EXACT_NAME, self._exact.get(name, [])
        if not plans:
            method, plans = PlanMatchMethod.NORMALIZED_NAME, self._normalized.get(_normalized(name), [])
        if not plans:
            return PlanMatch(method=PlanMatchMethod.NONE)
        if len(plans) > 1:
            wanted = _normalized(payor or "")
            plans = [plan for plan in plans if wanted and _normalized(plan.carrier or "") == wanted]
        if len(plans) != 1:
            return PlanMatch(method=PlanMatchMethod.AMBIGUOUS)
        return PlanMatch(method=method, plan=plans[0])


def _normalized(name: str) -> str:
    """The name without case, punctuation and "plan"; "&" is "and"."""
    words = re.findall(r"[^\W_]+", name.casefold().replace("&", " and "))
    return "".join(word for word in words if word != "plan")


def _latest_check(zone: ZoneInfo, body: Json) -> EligibilityCheck | None:
    if body["code"] != SUCCESS:
        raise ValueError(f"the eligibility service answered with code {body['code']}")
    data = body["data"]
    checks = (_check(zone, record) for record in (data["content"] if data else None) or ())
    return max(checks, key=lambda check: check.timestamp, default=None)


def _check(zone: ZoneInfo, record: Json) -> EligibilityCheck:
    response = record["response"]
    told = datetime.fromisoformat(record["timestamp"])
    failed = record["errors"] and response is None
    status = "FAILED" if failed else record["status"]
    return EligibilityCheck(
        status=EligibilityStatus(code=_coded(EligibilityStatusCode, status)),
        timestamp=(told if told.tzinfo else told.replace(tzinfo=zone)).astimezone(UTC),
        channel=_coded(EligibilityChannel, record["channel_id"]),
        in_network=_benefits(response["in_network"]) if response and response["in_network"] else None,
    )


def _benefits(told: Json) -> NetworkBenefits:
    limitation = told["limitation"]
    return NetworkBenefits(
        individual_deductible=_amounts(told, "individual_deductible"),
        family_deductible=_amounts(told, "family_deductible"),
        individual_out_of_pocket=_amounts(told, "individual_out_of_pocket"),
        family_out_of_pocket=_amounts(told, "family_out_of_pocket"),
        co_insurance_percent=_plain(told["co_insurance"]),
        co_pay=_money(told["co_pay"]),
        limitation=Limitation(
            total_visits=limitation["no_of_total_visits"],
            visits_remaining=limitation["no_of_visits_remaining"],
            amount_remaining=_money(limitation["amount_remaining"]),
        )
        if limitation
        else None,
    )


def _amounts(told: Json, name: str) -> Amounts | None:
    total, remaining = _money(told[f"{name}_year"]), _money(told[f"{name}_remaining"])
    if total is None and remaining is None:
        return None
    used = None if total is None or remaining is None else total - remaining
    return Amounts(total=total, remaining=remaining, used=used)


def _money(number: Decimal | int | None) -> Decimal | None:
    return None if number is None else Decimal(number).quantize(Decimal("0.01"))


def _plain(number: Decimal | int | None) -> Decimal | None:
    """Without zeros behind the point: 20 for 20.0."""
    if number is None:
        return None
    exact = Decimal(number)
    whole = exact.to_integral_value()
    return whole if whole == exact else exact.normalize()


# Upstreams, and what is remembered of them.


class Question(NamedTuple):
    """A path at an upstream, and its parameters."""

    path: str
    params: tuple[tuple[str, str], ...] = ()


class Upstream:
    """One HTTP API and what it answered. Answers are JSON; numbers with a point are exact."""

    def __init__(self, client: httpx.AsyncClient, cache: "Cache") -> None:
        self._client = client
        self.cache = cache
        self.url = str(client.base_url)

    async def one(self, question: Question) -> Any:
        """The answer; None for 404."""
        return await self._get(question.path, question.params)

    async def resources(self, question: Question) -> list[Json]:
        """The resources of a FHIR search, from all pages."""
        bundle = await self._get(question.path, (*question.params, ("_count", "100")))
        found = [entry["resource"] for entry in bundle.get("entry", ())]
        while link := next((it["url"] for it in bundle.get("link", ()) if it["relation"] == "next"), None):
            bundle = await self._get(link)
            found += [entry["resource"] for entry in bundle.get("entry", ())]
        return found

    async def rows(self, question: Question) -> list[Json]:
        """The rows of one of the clinic's lists, from all pages."""
        name = question.path.rpartition("/")[2]
        rows: list[Json] = []
        number, last = 1, 1
        while number <= last:
            paging = (("page", str(number)), ("page_size", "100"))
            page = await self._get(question.path, (*question.params, *paging))
            rows += page[name]
            number, last = number + 1, page["pagination"]["total_pages"]
        return rows

    async def _get(self, path: str, params: tuple[tuple[str, str], ...] | None = None) -> Any:
        response = await self._client.get(path, params=params)
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        response.raise_for_status()
        return response.json(parse_float=Decimal)


MISSING: Final = object()


class Cache:
    """Answers by URL and parameters, each until its time; there is one for the process."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, Question], tuple[float, object]] = {}

    def get(self, url: str, question: Question) -> object:
        """The answer, or MISSING."""
        kept = self._kept.get((url, question))
        return kept[1] if kept and time.monotonic() < kept[0] else MISSING

    def put(self, url: str, question: Question, answer: object, seconds: float) -> None:
        """Keep the answer for so many seconds; where there are too many, the oldest leaves."""
        self._kept.pop((url, question), None)
        if len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[url, question] = (time.monotonic() + seconds, answer)


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
        patient = partial(_patient, identity)
        self.patients: Source[str, Patient | None] = Source(
            canvas, canvas.one, partial(_by_id, "Patient"), _or_none(patient)
        )
        self.patients_of_dependents: Source[str, list[Patient]] = Source(
            canvas,
            canvas.resources,
            lambda id_: Question("/Patient", (("identifier", f"{identity.dependent_system}|{id_}"),)),
            _each(patient),
        )
        self.related_persons: Source[str, HumanName | None] = Source(
            canvas, canvas.one, partial(_by_id, "RelatedPerson"), _or_none(_name)
        )
        self.coverages: Source[str, list[Coverage]] = Source(
            canvas,
            canvas.resources,
            lambda id_: Question("/Coverage", (("patient", f"Patient/{id_}"),)),
            _each(_coverage),
        )
        self.organizations: Source[str, Organization | None] = Source(
            canvas, canvas.one, partial(_by_id, "Organization"), _or_none(_organization), AN_HOUR
        )
        self.person_informations: Source[str, PersonInformation | None] = Source(
            clinic, clinic.rows, partial(_listed, "person_informations", "patient_id"), _newest_person
        )
        self.dependents: Source[str, list[Dependent]] = Source(
            clinic, clinic.rows, partial(_listed, "dependents", "primary_holder_id"), _each(_dependent)
        )
        self.catalogue: Source[str, Catalogue] = Source(
            clinic, clinic.rows, lambda _: Question(f"{INSURANCES}/plans"), Catalogue, AN_HOUR
        )
        self.checks: Source[tuple[str, str], EligibilityCheck | None] = Source(
            eligibility, eligibility.one, _search, partial(_latest_check, zone)
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


class Loaders:
    """One request's loaders: what several of its fields ask for is looked for once."""

    def __init__(self, sources: Sources) -> None:
        self.patients = DataLoader(sources.patients.load)
        self.patients_of_dependents = DataLoader(sources.patients_of_dependents.load)
        self.related_persons = DataLoader(sources.related_persons.load)
        self.coverages = DataLoader(sources.coverages.load)
        self.organizations = DataLoader(sources.organizations.load)
        self.person_informations = DataLoader(sources.person_informations.load)
        self.dependents = DataLoader(sources.dependents.load)
        self.catalogue = DataLoader(sources.catalogue.load)
        self.checks = DataLoader(sources.checks.load)


# The app.


class ClientCredentials(httpx.Auth):
    """OAuth 2.0 client credentials: a token is fetched once and used until shortly before its end."""

    def __init__(self, url: str, form: dict[str, str]) -> None:
        self._url = url
        self._form = {"grant_type": "client_credentials", **form}
        self._header = ""
        self._due = 0.0
        self._lock = asyncio.Lock()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Send the request with a token."""
        if time.monotonic() >= self._due:
            async with self._lock:
                if time.monotonic() >= self._due:
                    granted = yield self._asking(request)
                    await granted.aread()
                    self._take(granted)
        request.headers["Authorization"] = self._header
        yield request

    def _asking(self, request: httpx.Request) -> httpx.Request:
        return httpx.Request("POST", self._url, data=self._form, extensions=request.extensions)

    def _take(self, granted: httpx.Response) -> None:
        token = granted.raise_for_status().json()
        lifetime = float(token["expires_in"])
        self._header = f"Bearer {token['access_token']}"
        self._due = time.monotonic() + lifetime - min(EARLY, lifetime / 2)


class StaticHeader(httpx.Auth):
    """A token that never changes."""

    def __init__(self, name: str, value: str) -> None:
        self._name = name
        self._value = value

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Send the request with the token."""
        request.headers[self._name] = self._value
        yield request


class State(TypedDict):
    """What lives as long as the process."""

    sources: Sources


class Endpoint(GraphQL[Loaders, None]):
    """Strawberry's own, with loaders for each request."""

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Loaders:
        """New loaders over the sources of the process."""
        return Loaders(request.state.sources)


def create_app(settings: Settings) -> Starlette:
    """The ordinary gateway as an ASGI app; its lifespan opens the clients. It needs all three upstreams."""
    schema = strawberry.Schema(Query, extensions=[ParserCache, ValidationCache])
    return Starlette(
        routes=[Route("/graphql", Endpoint(schema, graphql_ide=None))],
        lifespan=lambda _: _alive(settings),
    )


@asynccontextmanager
async def _alive(settings: Settings) -> AsyncIterator[State]:
    canvas, clinic, eligibility = settings.canvas, settings.clinic, settings.eligibility
    if canvas is None or clinic is None or eligibility is None:
        raise ValueError("the ordinary gateway needs all three upstreams")
    client = partial(_client, settings)
    async with (
        client(canvas.fhir_url, canvas.timeout, _canvas_auth(canvas)) as ehr,
        client(clinic.url, clinic.timeout, _clinic_auth(clinic)) as insurances,
        client(eligibility.url, eligibility.timeout, _eligibility_auth(eligibility)) as enquiries,
    ):
        cache = Cache()
        upstreams = (Upstream(one, cache) for one in (ehr, insurances, enquiries))
        yield {"sources": Sources(settings.identity, eligibility.timezone, *upstreams)}


def _client(settings: Settings, url: str, timeout: float, auth: httpx.Auth) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=url,
        auth=auth,
        # Under load a call may wait for a connection as long as its operation may last.
        timeout=httpx.Timeout(timeout, pool=settings.timeout),
        limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
        trust_env=False,  # no proxy of the machine's comes between
    )


def _canvas_auth(settings: CanvasSettings) -> httpx.Auth:
    secret = settings.client_secret.get_secret_value()
    return ClientCredentials(settings.token_url, {"client_id": settings.client_id, "client_secret": secret})


def _clinic_auth(settings: ClinicSettings) -> httpx.Auth:
    return StaticHeader("X-User-Token", settings.user_token.get_secret_value())


def _eligibility_auth(settings: EligibilitySettings) -> httpx.Auth:
    if settings.token is not None:
        return StaticHeader("Authorization", f"Bearer {settings.token.get_secret_value()}")
    assert settings.token_url
    assert settings.client_id
    assert settings.client_secret
    secret = settings.client_secret.get_secret_value()
    form = {"client_id": settings.client_id, "client_secret": secret, "scope": "read write"}
    return ClientCredentials(settings.token_url, form)
