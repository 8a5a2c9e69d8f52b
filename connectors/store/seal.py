"""What leaves the process is sealed: nobody reads it there, and nothing is taken for something else."""

import base64
import hashlib
import os
import re
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEYS = re.compile(r" *[A-Za-z0-9_-]{43}=? *(, *[A-Za-z0-9_-]{43}=? *)*")
ID_BYTES = 4
NONCE_BYTES = 12


class Seal:
    """AES-256-GCM under the first of several keys; what was sealed under the others can still be opened.

    Without keys nothing is sealed.
    """

    def __init__(self, keys: Sequence[bytes] = ()) -> None:
        self._ciphers = {_key_id(key): AESGCM(key) for key in keys}
        self._first = _key_id(keys[0]) if keys else None
        self._naming = hashlib.blake2b(b"names", key=keys[0]).digest() if keys else b""

    @property
    def closes(self) -> bool:
        """Whether anything is sealed."""
        return self._first is not None

    def name(self, text: bytes) -> str:
        """A name under which nobody can read, or guess at, what is kept there."""
        return hashlib.blake2b(text, key=self._naming, digest_size=20).hexdigest()

    def close(self, plain: bytes, name: str) -> bytes:
        """The bytes as they are kept under this name."""
        if self._first is None:
            return plain
        nonce = os.urandom(NONCE_BYTES)
        return self._first + nonce + self._ciphers[self._first].encrypt(nonce, plain, name.encode())

    def open(self, sealed: bytes, name: str) -> bytes | None:
        """What `close` was given for this name; None for rubbish, another name or an unknown key."""
        if self._first is None:
            return sealed
        cipher = self._ciphers.get(sealed[:ID_BYTES])
        nonce, text = sealed[ID_BYTES : ID_BYTES + NONCE_BYTES], sealed[ID_BYTES + NONCE_BYTES :]
        if cipher is None or len(nonce) < NONCE_BYTES:
            return None
        try:
            return cipher.decrypt(nonce, text, name.encode())
        except InvalidTag:
            return None


def read_keys(text: str) -> tuple[bytes, ...]:
    """Keys as an operator writes them: base64url of 32 bytes each, with commas between them.

    Raises ValueError, with a sentence that quotes nothing.
    """
    if not KEYS.fullmatch(text):
        raise ValueError("must be keys of 32 bytes in base64url, with commas between them")
    return tuple(base64.urlsafe_b64decode(f"{one.strip(' =')}=") for one in text.split(","))


def _key_id(key: bytes) -> bytes:
    return hashlib.blake2b(b"id", key=key, digest_size=ID_BYTES).digest()
