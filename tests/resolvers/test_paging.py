"""Connections: pages, cursors, bounds."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import InvalidKey
from connectors.listing import Place
from resolvers.dependent import DependentsSought
from resolvers.organization import OrganizationsSought
from resolvers.paging import cursor, digest, page_of_list, size, start
from resolvers.plan import PlansSought


def asked(first: int | None = 20, after: str | None = None) -> OrganizationsSought:
    """A question for a page."""
    return OrganizationsSought(name="any", first=first, after=after)


@given(st.lists(st.integers(), max_size=40), st.integers(1, 15))
def test_pages_of_a_list_give_each_record_once(records: list[int], first: int) -> None:
    """Going from cursor to cursor gives the whole list in order, whatever the page size."""
    seen: list[int] = []
    page = page_of_list(records, asked(first))
    while page.has_next_page:
        seen += page.nodes
        page = page_of_list(records, asked(first, page.page_info.end_cursor))

    assert [*seen, *page.nodes] == records
    assert page.total_count == len(records)


def test_every_edge_can_be_continued_from() -> None:
    """The cursor of any record, not only of the last, begins the page behind it."""
    whole = page_of_list("abcd", asked())

    assert [page_of_list("abcd", asked(after=edge.cursor)).nodes for edge in whole.edges] == [
        ("b", "c", "d"),
        ("c", "d"),
        ("d",),
        (),
    ]


@pytest.mark.parametrize("first", [0, -1, 101, 2**31 - 1])
def test_a_page_has_one_to_a_hundred_records(first: int) -> None:
    """Another number is refused with a sentence for the client."""
    with pytest.raises(InvalidKey):
        size(asked(first))


def test_no_number_means_twenty() -> None:
    """An explicit null is the default."""
    assert size(asked(None)) == 20


@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_a_foreign_cursor_is_refused(after: str) -> None:
    """Whatever a client sends as a cursor is a place of ours or a coded refusal, never anything else."""
    try:
        place = start(asked(after=after))
    except InvalidKey:
        return
    assert all(name in {"_count", "_offset"} for name, _ in place.paging)


@pytest.mark.parametrize(
    "place",
    [
        Place(paging=(("patient", "Patient/someone-else"),)),
        Place(paging=(("_offset", "https://elsewhere.example"),)),
        Place(passed=-1),
    ],
)
def test_a_cursor_carries_paging_only(place: Place) -> None:
    """A cursor that was tampered with cannot change what is searched."""
    with pytest.raises(InvalidKey):
        start(asked(after=cursor(place, digest(asked()))))


def test_a_cursor_is_good_for_its_own_question_only() -> None:
    """A cursor of another search, or of another list, is refused; the page size may change."""
    mine = cursor(Place(passed=3), digest(OrganizationsSought(name="a")))

    assert start(OrganizationsSought(name="a", first=7, after=mine)) == Place(passed=3)
    for other in (
        OrganizationsSought(name="b", after=mine),
        PlansSought(after=mine),
        DependentsSought(after=mine),
    ):
        with pytest.raises(InvalidKey):
            start(other)
