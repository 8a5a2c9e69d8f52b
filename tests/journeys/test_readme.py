"""What the README shows is what the sandbox answers."""

import json
import re
from pathlib import Path

import pytest

from app.greeting import first_query
from tests.journeys.conftest import running, sandbox_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

README = (Path(__file__).parents[2] / "README.md").read_text()


def blocks(language: str) -> list[str]:
    """The README's fenced blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


async def test_the_first_query_and_its_answer() -> None:
    """The query gives the answer printed below it, and is the one that `make run` prints."""
    (query,), (answer, _) = blocks("graphql"), blocks("json")
    async with running(sandbox_in("canvas")) as gateway:
        assert await gateway.ask(query) == json.loads(answer)

    assert query.strip() == first_query(gateway.population)


async def test_the_call_from_a_program_and_its_answer() -> None:
    """What curl would send gives the answer printed below it."""
    call = next(block for block in blocks("sh") if "curl" in block)
    headers = dict(re.findall(r"-H '([\w-]+): ([^']+)'", call))
    body = re.search(r"-d '(.*)'", call, re.DOTALL)
    assert body
    async with running(sandbox_in("canvas")) as gateway:
        answer = await gateway.http.post("/graphql", content=body[1], headers=headers)

    assert answer.json() == json.loads(blocks("json")[1])
