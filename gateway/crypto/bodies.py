"""Encryption of what may be erased: bodies and results, under one data key per case, wrapped by the gateway's key.

AES-256-GCM (NIST SP 800-38D) with random 96-bit nonces. The context of a sealed text is authenticated, so that
it opens only at the place that it was sealed for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.crypto.suite import RandomBytes
from gateway.errors import GatewayError, Words

KEY_SIZE: Final = 32
NONCE_SIZE: Final = 12
_PURPOSE: Final = "case-key"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A nonce and the text encrypted under it, with its tag at the end."""

    nonce: bytes
    ciphertext: bytes


class CaseKey:
    """The data key of one case."""

    def __init__(self, key: bytes, random_bytes: RandomBytes) -> None:
        self._cipher = AESGCM(key)
        self._random_bytes = random_bytes

    def seal(self, context: bytes, text: bytes) -> Sealed:
        """Encrypt; `context` names the place that the text belongs to."""
        nonce = self._random_bytes(NONCE_SIZE)
        return Sealed(nonce, self._cipher.encrypt(nonce, text, context))

    def open(self, context: bytes, sealed: Sealed) -> bytes:
        """Decrypt; raises `GatewayError` `log.integrity` where anything was changed or stands elsewhere."""
        return _open(self._cipher, context, sealed)


class Vault:
    """Makes and opens data keys with the gateway's key-encryption key."""

    def __init__(self, key: bytes, random_bytes: RandomBytes) -> None:
        if len(key) != KEY_SIZE:
            raise ValueError(f"a key-encryption key has {KEY_SIZE} bytes")
        self._cipher = AESGCM(key)
        self._random_bytes = random_bytes

    def new_case_key(self, case: str) -> tuple[CaseKey, bytes]:
        """A new data key, and the same wrapped (nonce, then ciphertext) for keeping beside the case's name."""
        key, nonce = self._random_bytes(KEY_SIZE), self._random_bytes(NONCE_SIZE)
        wrapped = nonce + self._cipher.encrypt(nonce, key, self._context(case))
        return CaseKey(key, self._random_bytes), wrapped

    def unwrap(self, case: str, wrapped: bytes) -> CaseKey:
        """The data key of a case; raises `GatewayError` `log.integrity` where the wrapped key was changed."""
        sealed = Sealed(wrapped[:NONCE_SIZE], wrapped[NONCE_SIZE:])
        return CaseKey(_open(self._cipher, self._context(case), sealed), self._random_bytes)

    @staticmethod
    def _context(case: str) -> bytes:
        return f"shuqiao/1/{_PURPOSE}/{case}".encode()


def _open(cipher: AESGCM, context: bytes, sealed: Sealed) -> bytes:
    try:
        return cipher.decrypt(sealed.nonce, sealed.ciphertext, context)
    except (InvalidTag, ValueError) as error:
        place = context.decode("utf-8", "replace")
        raise GatewayError(
            "log.integrity", where=place, reason=Words("the encrypted text was changed or moved", "密文被改动或移动")
        ) from error
