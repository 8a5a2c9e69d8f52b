"""Whatever the eligibility service answers, it is a history or a coded error, and no error repeats it."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.eligibility.history import History
from tests.connectors.eligibility_answers import JANE, ODETTE, answering
from tests.connectors.hostile import JSON, SECRET, damaged, ends_well, mutated
from tests.samples import sample

SAMPLES = {"history": JANE, "history_child": ODETTE, "history_failed": ODETTE}
TOLD_NUMBERS = {"total", "remaining", "used", "co_insurance_percent", "co_pay", "amount_remaining"}


def numbers(told: object) -> Iterator[object]:
    """Every number that is told of a record's benefits."""
    if isinstance(told, tuple):
        for item in told:
            yield from numbers(item)
    elif isinstance(told, msgspec.Struct):
        for name in dir(told):
            if name in TOLD_NUMBERS:
                yield getattr(told, name)
            elif not name.startswith("_"):
                yield from numbers(getattr(told, name))


async def ask(body: bytes, kind: str = "history") -> None:
    """Asks where `body` is the answer to everything, and looks at all of what came."""

    async def question() -> History:
        history = await answering(body).history(SAMPLES[kind])
        assert all(number is None or finite(number) for number in numbers(history))
        assert all(SAMPLES[kind].matches(check) for check in history.items)
        assert msgspec.json.encode(history)
        return history

    await ends_well(question, "eligibility")


def finite(number: object) -> bool:
    """Whether it is an exact number."""
    return type(number) is Decimal and number.is_finite()


@given(body=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
async def test_anything(body: bytes) -> None:
    """Any bytes and any JSON end as a history or as a coded error."""
    await ask(body)


@given(value=JSON)
async def test_any_data(value: object) -> None:
    """Any JSON as a success's data, its content, or an entry of it ends as a history or a coded error."""
    for data in (value, {"content": value}, {"content": [value]}):
        await ask(json.dumps({"code": 2000, "data": data}).encode())


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("change", [mutated, damaged])
@given(data=st.data())
async def test_almost_an_answer(
    kind: str, change: Callable[[bytes], st.SearchStrategy[bytes]], data: st.DataObject
) -> None:
    """An answer with other values in it, cut short or damaged ends as a history or as a coded error."""
    await ask(data.draw(change(sample(f"eligibility/{kind}"))), kind)


@given(data=st.data())
async def test_one_bad_entry_never_costs_another(data: st.DataObject) -> None:
    """Whatever happens to one entry, the one beside it is told."""
    body = json.loads(sample("eligibility/history"))
    (good,) = body["data"]["content"]
    other = {**good, "eligibility_enquiry_id": "other"}
    body["data"]["content"] = [json.loads(data.draw(mutated(json.dumps(other).encode()))), good]
    history = await answering(json.dumps(body).encode()).history(JANE)
    assert good["eligibility_enquiry_id"] in [check.id for check in history.items]
    assert len(history.items) + history.bad_entries <= 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b'{"code": ' + b"9" * 5_000 + b"}",
        b'{"code": 2e3, "data": null}',
        b'{"code": 2000, "message": "\xff", "data": null}',
        b'{"code": 2000, "data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"code": 2000, "data": {"content": [{"errors": ' + b"[" * 200 + b"]" * 200 + b"}]}}",
        b'{"code": 2000, "data": {"content": [{"errors": [' + b"9" * 5_000 + b"]}]}}",
        b'{"code": 2000, "data": {"content": [{"errors": ["\\ud800"]}]}}',
        b'{"code": 2000, "data": {"content": [{"clinic_id": ' + b"9" * 5_000 + b"}]}}",
        b'{"code": 4000, "message": "' + SECRET.encode() + b'", "data": null}',
    ],
    ids=range(12),
)
async def test_known_poison(body: bytes) -> None:
    """Depth, digits and encodings that have broken readers before do not break this one."""
    known = b'"patient_id": 12345, "insurance_number": "W585965926", "eligibility_enquiry_id": "e1", '
    await ask(body.replace(b'[{"', b"[{" + known + b'"'))


@pytest.mark.parametrize("digits", [1, 19, 400, 4_300, 5_000])
async def test_errors_full_of_digits(digits: int) -> None:
    """A number of any length among the errors is told or costs its entry, and nothing else."""
    whole = sample("eligibility/history").replace(b'"errors": []', b'"errors": [' + b"9" * digits + b"]")
    await ask(whole)
