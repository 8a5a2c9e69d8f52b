"""How much one answer may hold: a longer one is refused, whole, before it costs time or memory."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from connectors.clinic.connector import CATALOGUE
from connectors.eligibility.check import MOST_ERRORS
from connectors.errors import BadResponse
from connectors.fhir.organization import Organization
from connectors.upstream import MOST_VALUES
from tests.connectors import clinic_answers, eligibility_answers, fhir_answers
from tests.connectors.clinic_answers import ENVELOPES
from tests.connectors.eligibility_answers import JANE, page, record, told
from tests.connectors.fhir_answers import bundle, resource
from tests.samples import sample


async def fhir(entries: list[Any]) -> int:
    """How many entries of a bundle are read."""
    answering = fhir_answers.answering(bundle(entries))
    return len((await answering.search(Organization, {}, lambda _: True)).items)


async def eligibility(entries: list[Any]) -> int:
    """How many checks of a history are read."""
    return len((await told(page(*entries))).items)


def clinic(envelope: str) -> Callable[[list[Any]], Awaitable[int]]:
    """How many plans of a page in this envelope are read."""

    async def ask(entries: list[Any]) -> int:
        pagination = {"current_page": 1, "total_pages": 1}
        body = ENVELOPES[envelope]("plans", entries, pagination)
        return len((await clinic_answers.answering(body).plans(CATALOGUE)).items)

    return ask


LISTS = [
    pytest.param(1000, fhir, lambda number: resource(f"o{number}"), id="fhir"),
    pytest.param(2000, eligibility, lambda number: record(f"e{number}"), id="eligibility"),
    *(
        pytest.param(1000, clinic(name), lambda number: {"id": number}, id=f"clinic {name}")
        for name in ("plural", "data")
    ),
]


@pytest.mark.parametrize("bad", [0, 1])
@pytest.mark.parametrize(("most", "ask", "entry"), LISTS)
async def test_a_list_is_read_up_to_its_bound(
    most: int, ask: Callable[[list[Any]], Awaitable[int]], entry: Callable[[int], object], bad: int
) -> None:
    """As many entries as may be are read, one more refuses the answer, also where one of them is bad."""
    entries = [*map(entry, range(most - bad)), *([7] * bad)]

    assert await ask(entries) == most - bad
    with pytest.raises(BadResponse):
        await ask([entry(most), *entries])


async def test_a_bare_array_is_bounded_too() -> None:
    """The clinic's third envelope."""
    with pytest.raises(BadResponse):
        await clinic("bare")([{"id": number} for number in range(1001)])


@pytest.mark.parametrize("one", [b'{"id":1}', b"[]", b"1", b"null"])
async def test_too_many_values_are_not_decoded(one: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Megabytes of tiny values are refused unread, wherever they are."""
    monkeypatch.setattr("connectors.upstream.nested_deeper", _never)
    many = b",".join([one] * (MOST_VALUES + 1))
    with pytest.raises(BadResponse):
        await clinic_answers.answering(b"[" + many + b"]").plans(CATALOGUE)
    with pytest.raises(BadResponse):
        await fhir_answers.answering(b'{"resourceType": "Organization", "x": [%b]}' % many).read(
            Organization, "x1"
        )
    with pytest.raises(BadResponse):
        await eligibility_answers.answering(b'{"code": 2000, "errors": [%b]}' % many).history(JANE)


def _never(body: bytes, most: int) -> bool:
    raise AssertionError("it was read")


async def test_the_longest_honest_history_is_read() -> None:
    """2,000 checks, each as long as the documented one."""
    body = json.loads(sample("eligibility/history"))
    (check,) = body["data"]["content"]
    entries = [{**check, "eligibility_enquiry_id": f"e{number}"} for number in range(2000)]

    assert len((await told(page(*entries))).items) == 2000


async def test_of_errors_is_kept_what_is_told() -> None:
    """Codes and texts are kept, what was sent beside or within them is not."""
    sent = [{"code": 7, "text": "no", "more": [[]] * 100}, {}, "why", [[]] * 100]
    (check,) = (await told(page(record(errors=sent)))).items

    assert [(one.code, one.text) for one in check.errors] == [
        *(("7", "no"), (None, None)),
        *((None, "why"), (None, None)),
    ]
    assert "[" not in json.dumps(check.errors_sent)[1:-1]


@pytest.mark.parametrize(("errors", "bad"), [(MOST_ERRORS, 0), (MOST_ERRORS + 1, 1)])
async def test_a_check_has_a_hundred_errors_at_most(errors: int, bad: int) -> None:
    """One with more is an entry that cannot be read; the others are told."""
    history = await told(page(record("e1", errors=["no"] * errors), record("e2")))

    assert (len(history.items), history.bad_entries) == (2 - bad, bad)
