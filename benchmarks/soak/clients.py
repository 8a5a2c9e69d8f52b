"""Clients in a closed loop, each with its next question a moment after the last answer; some leave early."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from benchmarks.soak.questions import Question, codes, objections
from benchmarks.soak.wire import Line

MOST_QUESTIONS = 100_000
"""Of one client."""

PAUSE = 0.3
LEAVING = 0.03
"""How many of the questions are not waited for."""


@dataclass
class Tally:
    """What came of the questions. `objections` say of which kind of question, and nothing of whom."""

    answers: int = 0
    whole: int = 0
    left: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    objections: Counter[str] = field(default_factory=Counter)


class Client:
    """One client. `calm_since` tells whether the upstreams were well from that moment on."""

    def __init__(self, port: int, tally: Tally, calm_since: Callable[[float], bool]) -> None:
        self._line = Line(port)
        self._tally = tally
        self._calm_since = calm_since
        self._clock = asyncio.get_running_loop().time

    async def fill(self, questions: Iterator[Question]) -> None:
        """Ask them all, one after the other."""
        for question in islice(questions, MOST_QUESTIONS):
            await self._ask(question)
        self._line.close()

    async def converse(self, questions: Iterator[Question], until: float) -> None:
        """Ask until that moment on the event loop's clock, with pauses; leave now and then."""
        for question in islice(questions, MOST_QUESTIONS):
            if self._clock() >= until:
                break
            if random.random() < LEAVING:  # noqa: S311  # no secret
                await self._leave(question)
            else:
                await self._ask(question)
            await asyncio.sleep(random.uniform(0, PAUSE))  # noqa: S311
        self._line.close()

    async def _ask(self, question: Question) -> None:
        asked = self._clock()
        try:
            status, body = await self._line.ask(question.request)
            answer = json.loads(body)
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            self._object(question, type(error).__name__)
            self._line.close()
            return
        told = codes(answer)
        self._tally.answers += 1
        self._tally.whole += not told
        self._tally.codes.update(told)
        for objection in objections(question, status, answer, calm=self._calm_since(asked)):
            self._object(question, objection)

    async def _leave(self, question: Question) -> None:
        try:
            await self._line.leave(question.request, random.uniform(0, 0.02))  # noqa: S311
            self._tally.left += 1
        except OSError as error:
            self._object(question, type(error).__name__)

    def _object(self, question: Question, objection: str) -> None:
        self._tally.objections[f"{question.kind}: {objection}"] += 1
