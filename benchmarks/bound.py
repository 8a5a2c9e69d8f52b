"""What remembered answers take of a process's memory: `python -m benchmarks.bound`, a part of `make long`.

A hundred thousand distinct answers come into a memory of 64 MiB, each looked at as answers are. Exit code 1
when the process grows by more than a quarter beyond that, or when hardly anything is kept.
"""

import asyncio
import gc
import inspect
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.processes import resident
from connectors.canvas.connector import Canvas
from connectors.clinic.connector import Clinic
from connectors.clinic.records import Dependent
from connectors.eligibility.check import EligibilityCheck
from connectors.eligibility.connector import Eligibility
from connectors.eligibility.history import History
from connectors.eligibility.search import HistorySearch
from connectors.fact import fact
from connectors.fhir.coverage import Coverage
from connectors.fhir.patient import Patient
from connectors.listing import Listing
from connectors.memory import MEBIBYTE, Memory
from connectors.record import Record, Sourced
from connectors.slot import Slot

ANSWERS = 100_000
BOUND = 64 * MEBIBYTE
MOST_GROWTH = 1.25
LEAST_GROWTH = 0.25
SAMPLES = Path(__file__).parents[1] / "tests" / "samples"


def _sample(name: str) -> Any:
    return json.loads((SAMPLES / name).read_text())


_PATIENT = json.dumps(_sample("fhir/patient_linked.json"))
_COVERAGE = json.dumps(_sample("fhir/coverage_read.json"))
_CHECK = json.dumps(_sample("eligibility/history.json")["data"]["content"][0])
_DEPENDENT = json.dumps(_sample("clinic/dependent.json"))


def _looked_at(record: Record) -> Record:
    """With all facts worked out, as those of an answer are."""
    for name, value in inspect.getmembers(type(record)):
        if isinstance(value, fact):
            getattr(record, name)
    return record


def _answer(text: str, shape: type[Sourced]) -> Any:
    return _looked_at(msgspec.json.decode(text, type=shape))


def answers(number: int) -> Iterator[tuple[Slot, object]]:
    """What is read for one patient: themselves, two coverages, two histories and their dependents."""
    key = f"{number:032x}"
    yield ("realm", Canvas.patient, key), _answer(_PATIENT, Patient)
    coverages = (_answer(_COVERAGE, Coverage), _answer(_COVERAGE, Coverage))
    yield ("realm", Canvas.coverages_of, key), Listing(items=coverages)
    for member in ("a", "b"):
        search = HistorySearch(patient_id=str(number), member_id=f"{member}{number}")
        history = History(items=(_answer(_CHECK, EligibilityCheck),), code=2000)
        yield ("realm", Eligibility.history, search), history
    dependents = tuple(_answer(_DEPENDENT, Dependent) for _ in range(3))
    yield ("realm", Clinic.dependents_of, str(number)), Listing(items=dependents)


async def main() -> int:
    """Fill it, and tell what it took."""
    memory = Memory(most_bytes=BOUND)
    _fill(memory, 0, 500)
    gc.collect()
    before = _resident()
    _fill(memory, 500, ANSWERS)
    gc.collect()
    growth = (_resident() - before) * MEBIBYTE / BOUND
    sys.stdout.write(
        f"{ANSWERS} answers: the process grew by {growth:.2f} of the bound of {BOUND >> 20} MiB\n"
    )
    return int(not LEAST_GROWTH <= growth <= MOST_GROWTH)


def _fill(memory: Memory, first: int, last: int) -> None:
    for number in range(first // 5, last // 5):
        for slot, answer in answers(number):
            memory.arrived(slot, answer, 0.0)


def _resident() -> float:
    told = resident(os.getpid())
    if told is None:
        raise SystemExit("this system does not tell what memory a process takes")
    return told


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
