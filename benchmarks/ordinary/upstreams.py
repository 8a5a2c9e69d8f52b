"""Upstreams, and what is remembered of them."""

import time
from decimal import Decimal
from typing import Any, Final, NamedTuple

import httpx

from benchmarks.ordinary.values import Json

MOST_KEPT = 100_000


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
