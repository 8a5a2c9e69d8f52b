"""The record store: its bounds, what it finds, and how it weighs."""

import gc
import inspect
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.cache import Ages
from connectors.clinic.records import Dependent, InsurancePlan, PersonInformation
from connectors.eligibility.check import EligibilityCheck
from connectors.fact import fact
from connectors.fhir.coverage import Coverage
from connectors.fhir.organization import Organization
from connectors.fhir.patient import Patient
from connectors.record import Sourced
from connectors.store.records import PLACES, Kept, RecordStore
from connectors.store.weight import BASE, weight
from tests.clock import OwnClock

AGES = Ages(10, 10, 0)


def kept(answer: object, clock: OwnClock, *, weight: int = 1) -> Kept:
    """An answer that came now."""
    return Kept(answer, clock.seconds(), AGES, early=10, weight=weight)


def store_of(clock: OwnClock, *, most: int = 1_000_000, most_bytes: int = 1_000_000) -> RecordStore[int]:
    """A store with these bounds."""
    return RecordStore(most=most, most_bytes=most_bytes, clock=clock.seconds)


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 99), st.integers(1, 50), st.sets(st.sampled_from("abc"))),
        max_size=60,
    ),
    st.integers(1, 5),
    st.integers(1, 120),
)
def test_the_bounds_are_kept(
    writes: list[tuple[int, int, int, set[str]]], most: int, most_bytes: int
) -> None:
    """Whatever is put, numbers and bytes stay bounded, what is found came last, and tags find all of it."""
    clock = OwnClock()
    store, latest = store_of(clock, most=most, most_bytes=most_bytes), {}
    for slot, answer, size, tags in writes:
        store.put(slot, kept(answer, clock, weight=size), tags)
        latest[slot] = (answer, size, tags)
        assert len(store) <= most
        assert store.bytes <= most_bytes

    found = {slot: one for slot in latest if (one := store.get(slot))}
    assert store.bytes == sum(one.weight for one in found.values())
    for slot, one in found.items():
        assert (one.answer, one.weight) == latest[slot][:2]
        assert all(slot in store.tagged(tag) for tag in latest[slot][2])
    for tag in "abc":
        near = {other for other in "abc" if hash(other) % PLACES == hash(tag) % PLACES}
        assert set(store.tagged(tag)) == {slot for slot in found if near & latest[slot][2]}


def test_the_least_recently_used_leaves_first() -> None:
    """A use counts, also of what was put long ago."""
    clock = OwnClock()
    store = store_of(clock, most_bytes=3)
    for slot in (1, 2, 3):
        store.put(slot, kept("answer", clock))
    store.get(1)

    store.put(4, kept("answer", clock))

    assert sorted(store.slots()) == [1, 3, 4]


def test_what_is_of_no_use_any_more_leaves() -> None:
    """What was read once and never again does not stay for ever."""
    clock = OwnClock()
    store = store_of(clock)
    for number in range(10_000):
        store.put(number, kept("answer", clock))
        clock.go_on(0.1)

    assert len(store) < 2_000


def test_what_is_larger_than_the_whole_store_is_not_kept() -> None:
    """It does not push out everything else first."""
    clock = OwnClock()
    store = store_of(clock, most_bytes=10)
    store.put(1, kept("small", clock))

    store.put(2, kept("large", clock, weight=11))

    assert store.slots() == (1,)


SAMPLES = Path(__file__).parents[1] / "samples"


def _as_sent(name: str) -> Any:
    return json.loads((SAMPLES / name).read_text())


RECORDS: list[tuple[type[Sourced], Callable[[], Any]]] = [
    (Patient, lambda: _as_sent("fhir/patient_linked.json")),
    (Coverage, lambda: _as_sent("fhir/coverage_read.json")),
    (Organization, lambda: _as_sent("fhir/organization_insurer.json")),
    (EligibilityCheck, lambda: _as_sent("eligibility/history.json")["data"]["content"][0]),
    (Dependent, lambda: _as_sent("clinic/dependent.json")),
    (PersonInformation, lambda: _as_sent("clinic/person_information.json")),
    (InsurancePlan, lambda: _as_sent("clinic/insurance_plan.json")),
]


@pytest.mark.parametrize(("record", "sent"), RECORDS, ids=[record.__name__ for record, _ in RECORDS])
def test_an_answer_weighs_what_it_takes(record: type[Sourced], sent: Callable[[], Any]) -> None:
    """Rather more than it takes with all that is worked out of it, and less than four times that."""
    text = json.dumps(sent())
    decoder = msgspec.json.Decoder(record)
    facts = [name for name, value in inspect.getmembers(record) if isinstance(value, fact)]

    def known() -> object:
        one = decoder.decode(text)
        for name in facts:
            getattr(one, name)
        return one

    for _ in range(3):
        known()  # whatever is made once is made now
    gc.collect()
    tracemalloc.start()
    kept_alive = [known() for _ in range(100)]
    taken = tracemalloc.get_traced_memory()[0] / len(kept_alive)
    tracemalloc.stop()

    assert taken < (weight(kept_alive[0]) or 0) < 4 * taken + 2 * BASE


def test_a_text_that_cannot_be_weighed_is_not_guessed() -> None:
    """A lone surrogate has no weight: such an answer is not kept."""
    assert weight(["\ud800"]) is None
    assert weight(["a"]) is not None
