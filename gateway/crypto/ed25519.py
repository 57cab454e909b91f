"""Suite `ed25519-sha256`: Ed25519 signatures (RFC 8032) over a tree of SHA-256 hashes."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from gateway.crypto.suite import RandomBytes, key_id

NAME: Final = "ed25519-sha256"
NOTE_TYPE: Final = 0x01
"""The signature type byte of C2SP signed notes for Ed25519."""


class Ed25519Verifier:
    """A public Ed25519 key."""

    suite = NAME
    note_type = NOTE_TYPE

    def __init__(self, public: bytes) -> None:
        self.public = public
        self.key_id = key_id(NAME, public)
        self._key = Ed25519PublicKey.from_public_bytes(public)

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether this key made this signature over this message (RFC 8032 section 5.1.7)."""
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class Ed25519Signer(Ed25519Verifier):
    """A private Ed25519 key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        super().__init__(key.public_key().public_bytes_raw())
        self._private = key

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the signature (RFC 8032 section 5.1.6)."""
        return self._private.sign(message)

    def private_pem(self) -> bytes:
        """The private key as unencrypted PKCS#8 PEM."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class Ed25519Suite:
    """Makes and reads Ed25519 keys."""

    name = NAME
    note_type = NOTE_TYPE

    def generate(self, random_bytes: RandomBytes) -> Ed25519Signer:
        """A new key from 32 random bytes."""
        return Ed25519Signer(Ed25519PrivateKey.from_private_bytes(random_bytes(32)))

    def load(self, pem: bytes) -> Ed25519Signer:
        """Read a PKCS#8 PEM; raises `ValueError` where it is not an Ed25519 key."""
        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise ValueError(f"not an unencrypted PKCS#8 key: {error}") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("the key is not an Ed25519 key")  # noqa: TRY004 - the file's content is wrong, not a type
        return Ed25519Signer(key)

    def verifier(self, public: bytes) -> Ed25519Verifier:
        """A verifier for 32 raw bytes; raises `ValueError` for other lengths."""
        return Ed25519Verifier(public)
