"""The seal: what leaves the process can be read by nobody, and is taken for nothing else."""

import base64
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.store.envelope import Envelope, Envelopes
from connectors.store.seal import Seal, read_keys
from tests.connectors.sharing import Archive, Note

FIRST, SECOND, THIRD = (bytes([number]) * 32 for number in (1, 2, 3))
SEAL = Seal((FIRST,))
SLOT = ("realm of acme", Archive.note, "patient-12345")
ANSWER = Envelope(1.5, 2.5, Note(id="12345", patient_id="of 12345", text="Jane Roe, 1970-01-01"))


def as_text(key: bytes) -> str:
    """A key as an operator writes it."""
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


@given(st.binary(max_size=200), st.text("0123456789abcdef:", max_size=50))
def test_what_was_closed_can_be_opened(plain: bytes, name: str) -> None:
    """Under its name, with its key; and never twice alike."""
    sealed = SEAL.close(plain, name)

    assert SEAL.open(sealed, name) == plain
    assert sealed != SEAL.close(plain, name)
    assert len(plain) < 4 or plain not in sealed


@given(st.binary(max_size=300))
def test_rubbish_is_not_opened(rubbish: bytes) -> None:
    """Whatever bytes stand there: nothing, and no error."""
    assert SEAL.open(rubbish, "name") is None
    assert Envelopes(SEAL).opened(SLOT, "name", rubbish) is None
    assert SEAL.open(SEAL.close(b"", "name")[:4] + rubbish, "name") is None


@given(st.data())
def test_what_was_changed_is_not_opened(data: st.DataObject) -> None:
    """A byte more, less or changed anywhere."""
    envelopes = Envelopes(SEAL)
    sealed = envelopes.closed("name", ANSWER)
    assert sealed
    place = data.draw(st.integers(0, len(sealed) - 1))
    changed = bytes([sealed[place] ^ data.draw(st.integers(1, 255))])
    for one in (
        sealed[:place],
        sealed[place + 1 :],
        sealed[:place] + sealed[place + 1 :],
        sealed[:place] + changed + sealed[place + 1 :],
        sealed[:place] + changed + sealed[place:],
        sealed + changed,
    ):
        assert envelopes.opened(SLOT, "name", one) is None
    assert envelopes.opened(SLOT, "name", sealed) == ANSWER


@pytest.mark.parametrize("kept", [None, "text", 5, [], b""])
def test_what_are_no_bytes_is_not_opened(kept: object) -> None:
    """A server may answer anything."""
    assert Envelopes(SEAL).opened(SLOT, "name", kept) is None


def test_another_name_or_key_does_not_open() -> None:
    """An answer is good in its own place only."""
    sealed = SEAL.close(b"plain", "name")

    assert SEAL.open(sealed, "other name") is None
    assert Seal((SECOND,)).open(sealed, "name") is None


def test_an_answer_of_another_form_is_not_opened() -> None:
    """Another version's record in this place is no answer, although it was sealed with our key."""
    envelopes = Envelopes(SEAL)
    for plain in (
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"asked":1,"fetched":2,"answer":{"id":5}}',
        b"\xff",
        b"[" * 2000,
    ):
        assert envelopes.opened(SLOT, "name", SEAL.close(plain, "name")) is None


@given(st.binary(max_size=100))
def test_without_a_key_rubbish_is_not_opened_either(rubbish: bytes) -> None:
    """Where nothing is sealed, what stands there must still be an answer of this kind."""
    envelopes = Envelopes(Seal())
    kept = envelopes.closed("name", ANSWER)

    assert kept
    assert envelopes.opened(SLOT, "name", kept) == ANSWER
    assert envelopes.opened(SLOT, "name", rubbish) is None
    assert envelopes.opened(SLOT, "name", b"[" * 100_000) is None


def test_keys_are_changed_without_a_loss() -> None:
    """The first key closes, every key opens: a new one is added last, moved to the front, and left alone."""
    before, added, moved, after = (
        Seal((FIRST,)),
        Seal((FIRST, SECOND)),
        Seal((SECOND, FIRST)),
        Seal((SECOND,)),
    )
    for closing, opening in [
        (before, added),
        (added, before),
        (added, moved),
        (moved, added),
        (moved, after),
    ]:
        assert opening.open(closing.close(b"plain", "name"), "name") == b"plain"
    for closing, opening in [(before, after), (moved, before)]:
        assert opening.open(closing.close(b"plain", "name"), "name") is None


def test_names_tell_nothing() -> None:
    """No part of the realm, the method or the key; and without our key nobody can work out a name."""
    names = {Envelopes(Seal(keys)).name(SLOT) for keys in ((FIRST,), (SECOND,), (SECOND, FIRST), ())}

    assert len(names) == 3
    for name in names:
        assert len(name) == 40
        assert set(name) <= set("0123456789abcdef")
    others = [("realm of acme", Archive.note, "patient-12346"), ("acme", Archive.note, "patient-12345")]
    assert len({Envelopes(SEAL).name(slot) for slot in (SLOT, *others)}) == 3


def test_a_key_is_told_by_nothing_that_is_kept() -> None:
    """Neither it nor a part of it stands beside what it sealed, and no `repr` tells it."""
    key = secrets.token_bytes(32)
    sealed = Seal((key,)).close(b"plain", "name")

    assert not any(key[at : at + 3] in sealed for at in range(30))
    assert repr(key)[2:-1] not in repr(Seal((key,)))
    assert "Jane" not in repr(ANSWER)


@pytest.mark.parametrize(
    "text",
    [
        as_text(FIRST),
        as_text(FIRST) + "=",
        f"{as_text(FIRST)},{as_text(SECOND)}=, {as_text(THIRD)} ",
    ],
)
def test_keys_as_operators_write_them(text: str) -> None:
    """In base64url, with or without its end, with commas between them."""
    assert read_keys(text) == (FIRST, SECOND, THIRD)[: len(text.split(","))]


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "hush",
        "é" * 43,
        FIRST.hex(),
        as_text(FIRST) + ",",
        as_text(FIRST)[:-1],
        as_text(FIRST) + "A",
        as_text(FIRST) + "\n",
        "a+/" + as_text(FIRST)[3:],
        as_text(FIRST).replace("AQ", "A!Q", 1),
    ],
)
def test_bad_keys_are_refused_without_being_quoted(text: str) -> None:
    """One fixed sentence."""
    with pytest.raises(
        ValueError, match=r"^must be keys of 32 bytes in base64url, with commas between them$"
    ):
        read_keys(text)
