"""What the soak's clients ask, and what may be answered."""

import itertools
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from benchmarks.question import AT_ONCE, MANY
from sandbox.people import Person
from schema.errors import Code

NEW_DOCUMENTS = 200
"""Twice what the gateway remembers, by the memory that these take."""

CONCLUSIONS = 1_200
"""More than the gateway keeps, each with its records, be they remembered otherwise or not."""

UNKNOWN_IDS = 500

UPSTREAM_CODES = frozenset(code for code in Code if code.startswith("UPSTREAM_")) - {
    Code.UPSTREAM_NOT_CONFIGURED
}

_SUMMARY = MANY[MANY.index("fragment summary") :]
ONE = "query %s($p0: ID!) %s { p0: patient(id: $p0) { id ...summary } } " + _SUMMARY
TWENTY = MANY.replace("{ ...summary }", "{ id ...summary }")
SEARCH = """query Search($name: String!) {
  patients(search: {name: $name}, first: 5) { nodes { id name { text } birthDate } pageInfo { hasNextPage } }
}"""
UNKNOWN = """query Unknown($id: ID!, $number: ID!, $known: ID!, $member: String!) {
  patient(id: $id) { id name { text } }
  coverage(id: $id) { id payor { name } }
  personInformation(id: $number) { id firstName }
  eligibilityHistory(patientId: $known, memberId: $member) { latest { timestamp } }
}"""
DAY = """query Day($ids: [ID!]!) {
  patientsSummary(patientIds: $ids) {
    id: patientId
    insuranceSummary { coverages { rank memberId payorName coverage { id } } warnings { code } }
  }
}"""
INSURANCE = """query Insurance($id: ID!, $on: Date) {
  patient(id: $id) {
    id
    insuranceSummary(on: $on) {
      on
      coverages {
        rank rankReasons inForce { value reasons } coverage { id order }
        memberId groupNumber relationship { code } payor { name } payorName plan { planName } planName
        payerMatch { value by }
        inNetwork {
          individualDeductible { total used remaining } familyDeductible { total used remaining }
          individualOutOfPocket { total used remaining } familyOutOfPocket { total used remaining }
          coPay coInsurancePercent limitation { totalVisits visitsRemaining }
        }
        left { deductible { remaining level } outOfPocket { remaining level } visits doubts { reason } }
        priorAuthorization lastCheck { timestamp status { code } } lastCheckAge
      }
      notInForce { coverage { id order } inForce { value reasons } }
      dependents { firstName lastName }
      warnings { code coverageIds }
      unsaid { part code coverageIds }
      sources { system fetchedAt age }
    }
  }
}"""
INVALID = (
    "{ patient(",
    "{ nothing }",
    '{ patient(id: "x") { nothing } }',
    "query($id: ID!) { patient { id } }",
)

Said: TypeAlias = Callable[[Mapping[str, Any]], list[str | None]]


def _roots(data: Mapping[str, Any]) -> list[str | None]:
    """The id of each record at the root; None for one that is not there."""
    return [record and record["id"] for record in data.values()]


def _of_day(data: Mapping[str, Any]) -> list[str | None]:
    return [entry["id"] for entry in data["patientsSummary"] or ()]


def _lookups(data: Mapping[str, Any]) -> list[str | None]:
    return [data[name] and data[name]["id"] for name in ("patient", "coverage", "personInformation")]


class Question(NamedTuple):
    """One request.

    `about`: the ids that a whole answer says, as `said` finds them. `deserves`: codes, of which the answer
    always has one.
    """

    kind: str
    request: bytes
    about: Sequence[str | None] = ()
    said: Said = lambda _: []
    deserves: frozenset[str] = frozenset()


def codes(answer: Mapping[str, Any]) -> frozenset[str]:
    """The codes of an answer's errors."""
    return frozenset(error.get("extensions", {}).get("code", "none") for error in answer.get("errors", ()))


def objections(question: Question, status: int, answer: Mapping[str, Any], *, calm: bool) -> Iterator[str]:
    """What is wrong with an answer. `calm`: all upstreams were well from the question to the answer."""
    if status >= 500:  # noqa: PLR2004  # HTTP's
        yield f"HTTP {status}"
    told = codes(answer)
    if told - question.deserves - (frozenset() if calm else UPSTREAM_CODES):
        yield f"{', '.join(sorted(told))} in a {'calm' if calm else 'storm'}"
    if question.deserves and not told & question.deserves:
        yield "no error where one is deserved"
    notices = answer.get("extensions", {}).get("notices", ())
    if any(notice["code"] not in Code.__members__ for notice in notices):
        yield "a notice that is not documented"
    said = question.said(answer.get("data") or {})
    if any(one not in (None, other) for one, other in zip(said, question.about, strict=False)):
        yield "an answer about somebody else"
    if calm and list(said) != list(question.about):
        yield "not the whole answer in a calm"


class Questions:
    """Questions about these people, at random, always the same ones."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._people = people
        self._families = sorted({person.family for person in self._people})
        self._numbers = itertools.count()
        self._random = random.Random(0)  # noqa: S311  # no secret
        self._mixture: dict[Callable[[], Question], int] = {
            self._one: 38,
            self._insurance: 25,
            self._twenty: 3,
            self._day: 2,
            self._search: 8,
            self._unknown: 14,
            self._invalid: 4,
            self._impossible: 2,
            self._fresh: 2,
            self._new_document: 2,
        }

    def filling(self) -> Iterator[Question]:
        """What fills the gateway's memory, each of its parts beyond its bound."""
        for _ in range(CONCLUSIONS // AT_ONCE):
            yield self._day()
        for first in range(0, len(self._people), AT_ONCE):
            ids = [person.id for person in self._people[first : first + AT_ONCE]]
            yield _summaries(ids) if len(ids) == AT_ONCE else self._one()
        yield from map(_search, self._families)
        for _ in range(UNKNOWN_IDS):
            yield self._unknown()
        for _ in range(NEW_DOCUMENTS):
            yield self._new_document()

    def mixed(self) -> Iterator[Question]:
        """The mixture, without end."""
        kinds, weights = tuple(self._mixture), tuple(self._mixture.values())
        while True:
            (kind,) = self._random.choices(kinds, weights)
            yield kind()

    def _ids(self, number: int) -> list[str]:
        return [person.id for person in self._random.sample(self._people, number)]

    def _one(self) -> Question:
        return _summary("one", self._ids(1)[0])

    def _fresh(self) -> Question:
        return _summary("fresh", self._ids(1)[0], directive="@freshness(maxAge: 0)")

    def _new_document(self) -> Question:
        return _summary("new document", self._ids(1)[0], f"New{next(self._numbers)}")

    def _twenty(self) -> Question:
        return _summaries(self._ids(AT_ONCE))

    def _insurance(self) -> Question:
        (patient,) = self._ids(1)
        on = f"2025-{self._random.randint(1, 12):02}-20"
        return Question("insurance", _request(INSURANCE, id=patient, on=on), (patient,), _roots)

    def _day(self) -> Question:
        ids = self._ids(AT_ONCE)
        return Question("day", _request(DAY, ids=ids), ids, _of_day)

    def _search(self) -> Question:
        return _search(self._random.choice(self._families))

    def _unknown(self) -> Question:
        number = next(self._numbers)
        asked = {"id": f"nobody-{number}", "number": str(10**9 + number), "member": f"NONE{number}"}
        request = _request(UNKNOWN, known=self._ids(1)[0], **asked)
        return Question("unknown", request, (None, None, None), _lookups)

    def _invalid(self) -> Question:
        deserved = frozenset({Code.GRAPHQL_PARSE_FAILED, Code.GRAPHQL_VALIDATION_FAILED})
        return Question("invalid", _request(self._random.choice(INVALID)), deserves=deserved)

    def _impossible(self) -> Question:
        request = _request(ONE % ("Impossible", ""), p0="a/b")
        return Question("impossible", request, deserves=frozenset({Code.BAD_USER_INPUT}))


def _summary(kind: str, patient: str, name: str = "Summary", directive: str = "") -> Question:
    return Question(kind, _request(ONE % (name, directive), p0=patient), (patient,), _roots)


def _search(family: str) -> Question:
    return Question("search", _request(SEARCH, name=family))


def _summaries(patients: Sequence[str]) -> Question:
    variables = {f"p{number}": patient for number, patient in enumerate(patients)}
    return Question("twenty", _request(TWENTY, **variables), patients, _roots)


def _request(query: str, **variables: object) -> bytes:
    body = json.dumps({"query": query, "variables": variables}).encode()
    return (
        b"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        b"accept: application/graphql-response+json\r\ncontent-length: %d\r\n\r\n" % len(body)
    ) + body
