"""Digests: plain, keyed (persons, rows), commitments, and the hashes of API keys."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from gateway.crypto.suite import RandomBytes

SALT_SIZE = 32


def sha256_hex(data: bytes) -> str:
    """SHA-256 in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def same(one: bytes | str, other: bytes | str) -> bool:
    """Compare in constant time; two texts or two byte strings."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def commitment(salt: bytes, data: bytes) -> bytes:
    """SHA-256 over a 32-byte salt and the data: binds to the data, and hides it once the salt is gone."""
    if len(salt) != SALT_SIZE:
        raise ValueError(f"a salt has {SALT_SIZE} bytes")
    return hashlib.sha256(salt + data).digest()


class Pepper:
    """The key under which persons are hashed: without it, nobody can test a guessed number against the database."""

    def __init__(self, key: bytes) -> None:
        if len(key) != SALT_SIZE:
            raise ValueError(f"a pepper has {SALT_SIZE} bytes")
        # A keyed state is copied for every message; making one costs more than hashing with it.
        self._keyed = hmac.new(key, digestmod="sha256")

    def person(self, id_type: str, id_number: str) -> bytes:
        """HMAC-SHA256 over `id_type|id_number` (RFC 2104): what stands for a person in the database."""
        return self._digest(f"{id_type}|{id_number}".encode())

    def tag(self, label: str, *parts: bytes) -> bytes:
        """An authentication tag over a stored row, so that a changed or foreign row is found out.

        Parts are written with their lengths; no two lists of parts give the same message.
        """
        message = b"".join(len(part).to_bytes(4, "big") + part for part in (f"row/{label}".encode(), *parts))
        return self._digest(message)

    def _digest(self, message: bytes) -> bytes:
        keyed = self._keyed.copy()
        keyed.update(message)
        return keyed.digest()


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A new API key: the text goes to the caller once, prefix and hash are kept."""

    text: str
    prefix: str
    hash: str


def new_api_key(random_bytes: RandomBytes) -> ApiKey:
    """A new key with 256 random bits and a random eight-digit prefix to look it up by."""
    prefix = random_bytes(4).hex()
    secret = base64.urlsafe_b64encode(random_bytes(32)).rstrip(b"=").decode()
    text = f"sq_{prefix}_{secret}"
    return ApiKey(text, prefix, hash_api_key(text))


def api_key_prefix(text: str) -> str:
    """The prefix of a key as it came from a caller; empty where it has none."""
    mark, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    good = mark == "sq" and len(prefix) == 8 and secret and all(sign in "0123456789abcdef" for sign in prefix)
    return prefix if good else ""


def hash_api_key(text: str) -> str:
    """SHA-256 of the whole key, in hex. A slow hash would add nothing: the key has 256 random bits."""
    return sha256_hex(text.encode())


def _bytes(value: bytes | str) -> bytes:
    return value.encode() if isinstance(value, str) else value
