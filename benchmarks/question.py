"""The questions that the benchmark asks: the README's first query, of one patient and of twenty."""

import json
from collections.abc import Sequence

from app.greeting import FIRST_QUERY

AT_ONCE = 20

_WHOLE = FIRST_QUERY.format(id="")
_SELECTION = _WHOLE[_WHOLE.index(")") + 1 : _WHOLE.rindex("}")].strip()

ONE = f"query Summary($p0: ID!) {{ p0: patient(id: $p0) {_SELECTION} }}"
MANY = (
    "query Summaries("
    + " ".join(f"$p{number}: ID!" for number in range(AT_ONCE))
    + ") {"
    + " ".join(f"p{number}: patient(id: $p{number}) {{ ...summary }}" for number in range(AT_ONCE))
    + f"}} fragment summary on Patient {_SELECTION}"
)


def request(patients: Sequence[str]) -> bytes:
    """The HTTP request that asks for the summary of one patient, or of twenty."""
    body = json.dumps(
        {
            "query": ONE if len(patients) == 1 else MANY,
            "variables": {f"p{number}": patient for number, patient in enumerate(patients)},
        }
    ).encode()
    return (
        b"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        b"accept: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
    ) + body


def requests(patients: Sequence[str], at_once: int) -> list[bytes]:
    """A request for each so many of the patients; those left over are not asked for."""
    groups = zip(*[iter(patients)] * at_once, strict=False)
    return [request(group) for group in groups]
