"""What the README shows is what the sandbox answers."""

import json
import re
from pathlib import Path

import pytest

from app.greeting import first_query
from tests.journeys.conftest import running, sandbox_in

README = (Path(__file__).parents[2] / "README.md").read_text()


def blocks(language: str) -> list[str]:
    """The README's fenced blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def curls_answer() -> str:
    """The block below the call with curl."""
    found = re.search(r"^```sh\ncurl.*?^```\n\n```json\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def answered() -> list[tuple[str, str]]:
    """Each query of the README with the answer printed right below it."""
    return re.findall(r"^```graphql\n(.*?)^```\n\n```json\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_every_block_is_run() -> None:
    """Each query has its answer below it; the one JSON block besides is what curl is answered."""
    queries, answers = zip(*answered(), strict=True)

    assert list(queries) == blocks("graphql")
    assert sorted(blocks("json")) == sorted([*answers, curls_answer()])


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("number", range(len(blocks("graphql"))))
async def test_a_query_and_its_answer(number: int) -> None:
    """The query gives exactly the answer printed below it, its fields in the order printed."""
    query, answer = answered()[number]
    async with running(sandbox_in("canvas")) as gateway:
        told = await gateway.ask(query)

    assert json.dumps(told) == json.dumps(json.loads(answer))


def test_the_first_query_is_the_greetings() -> None:
    """The first query is the one that `make run` prints."""
    assert blocks("graphql")[0].strip() == first_query(sandbox_in("canvas").population)


def test_the_summary_is_the_same_on_every_day() -> None:
    """Its query names its day, and asks for nothing that depends on the present moment."""
    (query,) = (block for block in blocks("graphql") if "insuranceSummary" in block)

    assert re.search(r'on: "\d{4}-\d\d-\d\d"', query)
    assert not re.search(r"\bage\b|Age\b|fetchedAt", query)


@pytest.mark.asyncio(loop_scope="session")
async def test_the_call_from_a_program_and_its_answer() -> None:
    """What curl would send gives the answer printed below it."""
    call = next(block for block in blocks("sh") if "curl" in block)
    headers = dict(re.findall(r"-H '([\w-]+): ([^']+)'", call))
    body = re.search(r"-d '(.*)'", call, re.DOTALL)
    assert body
    async with running(sandbox_in("canvas")) as gateway:
        answer = await gateway.http.post("/graphql", content=body[1], headers=headers)

    assert answer.json() == json.loads(curls_answer())
