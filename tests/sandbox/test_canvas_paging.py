from itertools import chain

import httpx
import pytest

from sandbox.canvas import Canvas, Switches
from sandbox.population import Population
from tests.sandbox.talking import signed_in


async def paged(fhir: httpx.AsyncClient, url: str) -> list[list[str]]:
    """The ids on each page, following the links."""
    pages = []
    following: str | None = url
    while following:
        bundle = (await fhir.get(following)).json()
        pages.append([entry["resource"]["id"] for entry in bundle["entry"]])
        following = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)
    return pages


async def test_pages_have_ten_entries_and_follow_one_another(
    fhir: httpx.AsyncClient, people: Population
) -> None:
    """Twenty-five coverages are pages of ten, ten and five, in creation order; the last has no next link."""
    (patient,) = people.case("more-than-twenty-coverages").patient_ids
    pages = await paged(fhir, f"/Coverage?patient=Patient/{patient}")
    assert [len(page) for page in pages] == [10, 10, 5]
    assert list(chain.from_iterable(pages)) == [coverage.id for coverage in people.coverages_of[patient]]


async def test_a_page_has_at_most_a_hundred_entries(fhir: httpx.AsyncClient, people: Population) -> None:
    """More than the cap is the cap, and the links say so."""
    pages = await paged(fhir, "/Patient?_count=1000")
    assert [len(page) for page in pages] == [100, 100]
    assert list(chain.from_iterable(pages)) == [person.id for person in people.people]


async def test_page_sizes_can_be_switched(people: Population) -> None:
    """An instance may have other limits."""
    async with signed_in(Canvas(people, Switches(page_size=3, page_cap=50))) as fhir:
        assert [len(page) for page in (await paged(fhir, "/Organization"))] == [3, 3, 3, 3]
        assert len((await paged(fhir, "/Patient?_count=100"))[0]) == 50


async def test_links_tell_where_pages_begin(fhir: httpx.AsyncClient) -> None:
    """self, first, next and last, with size and offset."""
    bundle = (await fhir.get("/Organization?_count=5&_offset=5")).json()
    assert {link["relation"]: link["url"] for link in bundle["link"]} == {
        "self": "/Organization?_count=5&_offset=5",
        "first": "/Organization?_count=5&_offset=0",
        "next": "/Organization?_count=5&_offset=10",
        "last": "/Organization?_count=5&_offset=10",
    }


async def test_nothing_found_is_a_bare_bundle(fhir: httpx.AsyncClient) -> None:
    """No link and no entry, only a total of zero."""
    answer = await fhir.get("/Coverage", params={"patient": "Patient/nobody"})
    assert answer.json() == {"resourceType": "Bundle", "type": "searchset", "total": 0}


async def test_a_page_beyond_the_end_has_no_entries(fhir: httpx.AsyncClient) -> None:
    """The total is still told."""
    bundle = (await fhir.get("/Organization?_offset=500")).json()
    assert bundle["total"] == 12
    assert "entry" not in bundle


@pytest.mark.parametrize(
    "query", ["_count=ten", "_count=0", "_count=-1", "_offset=-1", "_offset=x", "_sort=shoe"]
)
async def test_senseless_paging_is_a_bad_request(fhir: httpx.AsyncClient, query: str) -> None:
    """400 with an OperationOutcome."""
    answer = await fhir.get(f"/Patient?{query}")
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (400, "invalid")
