"""What docs/freshness.md shows is what the sandbox answers."""

import json
import re
from pathlib import Path
from typing import Any

from tests.journeys.aging import ON_CANVAS, aging
from tests.journeys.conftest import ASK, Theatre

pytestmark = ON_CANVAS

PAGE = (Path(__file__).parents[2] / "docs" / "freshness.md").read_text()


def block(language: str) -> str:
    """The page's one fenced block of a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


async def test_the_page_shows_a_stale_answer(theatre: Theatre) -> None:
    """A hundred seconds after a first answer: the page's answer, but for the milliseconds."""
    async with aging(theatre, explain=True) as gateway:
        await gateway.ask(block("graphql"))
        gateway.clock.go_on(100)
        told = {"query": block("graphql")}
        answer = await gateway.http.post("/graphql", json=told, headers=ASK | {"X-Gateway-Explain": "1"})

    assert _timeless(answer.json()) == _timeless(json.loads(block("json")))


def _timeless(answer: Any) -> Any:
    for read in answer["extensions"]["explain"]:
        assert read.pop("milliseconds") >= 0
    return answer
