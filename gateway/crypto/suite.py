"""What a signature suite is: a signature algorithm together with its digest, named in every signature."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Protocol

RandomBytes = Callable[[int], bytes]
"""Gives that many unpredictable bytes; `secrets.token_bytes` outside tests."""


class Verifier(Protocol):
    """A public key that can check signatures of one suite."""

    @property
    def suite(self) -> str:
        """The suite's name."""

    @property
    def note_type(self) -> int:
        """The signature type byte of C2SP signed notes for this suite."""

    @property
    def public(self) -> bytes:
        """The raw public key."""

    @property
    def key_id(self) -> str:
        """Sixteen hex digits that name the key."""

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether this key made this signature over this message; never raises for bad input."""


class Signer(Verifier, Protocol):
    """A private key of one suite."""

    def sign(self, message: bytes) -> bytes:
        """The signature over the message."""

    def private_pem(self) -> bytes:
        """The private key as unencrypted PKCS#8 PEM (RFC 5958, RFC 7468)."""


class Suite(Protocol):
    """How keys of one suite are made and read."""

    @property
    def name(self) -> str:
        """The suite's name, as it stands in entries."""

    @property
    def note_type(self) -> int:
        """The signature type byte of C2SP signed notes for this suite."""

    def generate(self, random_bytes: RandomBytes) -> Signer:
        """A new key."""

    def load(self, pem: bytes) -> Signer:
        """Read a PKCS#8 PEM; raises `ValueError` where it is not a key of this suite."""

    def verifier(self, public: bytes) -> Verifier:
        """A verifier for a raw public key; raises `ValueError` where it is not one of this suite."""


def key_id(suite: str, public: bytes) -> str:
    """The name of a key: the first eight bytes of SHA-256 over the suite's name, a zero byte and the key, in hex."""
    return hashlib.sha256(suite.encode() + b"\0" + public).hexdigest()[:16]
