"""How much a JSON text holds and how deep it is nested, found without decoding it: about 3 µs for each kB."""

import re
from itertools import accumulate

_OPENS, _CLOSES, _QUOTE = b"[{", b"]}", b'"'
_OTHERS = bytes(set(range(256)) - set(_OPENS + _CLOSES + _QUOTE))
_BUT_OPENS = bytes(set(range(256)) - set(_OPENS))
_STEPS = bytes.maketrans(_OPENS + _CLOSES, b"\x01\x01\xff\xff")  # as signed bytes: +1 and -1
_ESCAPE = re.compile(rb"\\.", re.DOTALL)


def holds_more(body: bytes, most: int) -> bool:
    """Whether the body may hold more values than this: each begins after a comma or an opening bracket.

    Those within strings count too: it is a bound for what decoding costs, a thousand times faster.
    """
    if len(body) <= most:  # each takes a byte
        return False
    return body.count(b",") + body.count(b"[") + body.count(b"{") > most


def nested_deeper(body: bytes, most: int) -> bool:
    """Whether arrays and objects are nested more than `most` deep. Brackets within strings do not count."""
    if len(body.translate(None, _BUT_OPENS)) <= most:  # to count each takes twice as long
        return False
    # Without escapes, every quote begins or ends a string. Most strings hold no bracket, so that two adjacent
    # quotes are left of them; taking those out changes no other quote's side.
    marks = _ESCAPE.sub(b"", body).translate(None, _OTHERS).replace(b'""', b"")
    if _QUOTE in marks:
        marks = b"".join(marks.split(_QUOTE)[::2])
    return max(accumulate(memoryview(marks.translate(_STEPS)).cast("b")), default=0) > most
