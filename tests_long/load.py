"""Clients that ask without pause, while things happen to who answers."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from itertools import cycle
from typing import Any, NamedTuple

import httpx

QUESTION = "query($id: ID!) { patient(id: $id) { id coverages { memberId payor { name } } } }"
CLIENTS = 16
BROKEN_OFF = 0
"""In place of a status: the connection ended without a whole answer."""


class Answer(NamedTuple):
    """What came of a question that was asked at `began`; `right`: as it was answered before."""

    began: float
    method: str
    status: int
    right: bool


class Load:
    """Questions about these patients, by POST and by GET; `known` is each patient's answer."""

    def __init__(self, http: httpx.AsyncClient, known: Mapping[str, Any]) -> None:
        self._http = http
        self._known = known
        self.answers: list[Answer] = []

    @property
    def failures(self) -> list[Answer]:
        """What was not answered."""
        return [answer for answer in self.answers if answer.status != httpx.codes.OK]

    @property
    def all_right(self) -> bool:
        """Whether each answer was the right one."""
        return all(answer.right for answer in self.answers if answer.status == httpx.codes.OK)

    async def more(self, holds: Callable[[], bool] | None = None, count: int = 20 * CLIENTS) -> None:
        """Go on for so many answers, and until something holds."""
        enough = len(self.answers) + count
        async with asyncio.timeout(60):
            while len(self.answers) < enough or not (holds is None or holds()):
                await asyncio.sleep(0.01)

    async def ask_on(self, first: int) -> None:
        """Be one of the clients."""
        patients = list(self._known)
        turns = zip(cycle(patients[first:] + patients[:first]), cycle(["POST", "GET"]), strict=False)
        for patient, method in turns:
            began = time.monotonic()
            try:
                answer = await asked(self._http, patient, method)
            except (httpx.RemoteProtocolError, httpx.ReadError):
                self.answers.append(Answer(began, method, BROKEN_OFF, right=False))
            else:
                right = answer.status_code == httpx.codes.OK and answer.json() == self._known[patient]
                self.answers.append(Answer(began, method, answer.status_code, right))


@asynccontextmanager
async def load(origin: str, known: Mapping[str, Any]) -> AsyncIterator[Load]:
    """Clients who ask there while the block runs, each question on a connection of its own."""
    most = httpx.Limits(max_connections=None)
    headers = {"connection": "close"}
    async with httpx.AsyncClient(base_url=origin, headers=headers, timeout=60, limits=most) as http:
        one = Load(http, known)
        asking = [asyncio.create_task(one.ask_on(number)) for number in range(CLIENTS)]
        try:
            yield one
        finally:
            for task in asking:
                task.cancel()
            ended = await asyncio.gather(*asking, return_exceptions=True)
        assert all(isinstance(end, asyncio.CancelledError) for end in ended), ended


async def asked(http: httpx.AsyncClient, patient: str, method: str = "POST") -> httpx.Response:
    """The answer to the question about a patient."""
    if method == "GET":
        told = {"query": QUESTION, "variables": f'{{"id": "{patient}"}}'}
        return await http.get("/graphql", params=told)
    return await http.post("/graphql", json={"query": QUESTION, "variables": {"id": patient}})
