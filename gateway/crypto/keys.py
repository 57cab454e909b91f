"""The gateway's own keys: files of the state folder, made at first start, never open to others.

Three secrets, each for one thing: the signing key of the log, the key-encryption key of bodies, the pepper of
persons. `log-keys.pub` holds every public signing key that was ever in use, so that old entries still verify.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from gateway.crypto.bodies import KEY_SIZE, Vault
from gateway.crypto.digests import Pepper
from gateway.crypto.ed25519 import NAME as ED25519
from gateway.crypto.randomness import BlockRandom
from gateway.crypto.suite import RandomBytes, Signer, Verifier
from gateway.crypto.suites import find_suite
from gateway.errors import GatewayError

SIGNING_FILE: Final = "log-signing.pem"
WRAPPING_FILE: Final = "body-wrapping.key"
PEPPER_FILE: Final = "person-pepper.key"
RING_FILE: Final = "log-keys.pub"


class KeyRing:
    """Public signing keys, present and past, by key id."""

    def __init__(self, verifiers: Mapping[str, Verifier]) -> None:
        self.verifiers: Mapping[str, Verifier] = MappingProxyType(dict(verifiers))

    def verify(self, suite: str, key: str, message: bytes, signature: bytes) -> bool:
        """Whether the named key, of the named suite, made this signature; an unknown key made none."""
        verifier = self.verifiers.get(key)
        return verifier is not None and verifier.suite == suite and verifier.verify(message, signature)


@dataclass(frozen=True, slots=True)
class GatewayKeys:
    """All keys of a running gateway; `created` names the files that were made just now."""

    signer: Signer
    ring: KeyRing
    vault: Vault
    pepper: Pepper
    created: tuple[str, ...] = ()


def open_keys(folder: Path, *, random_bytes: RandomBytes, suite: str = ED25519) -> GatewayKeys:
    """Read the keys of a state folder, and make those that are missing.

    Two processes that start at the same time end up with the same keys. Files have mode 0600, the folder 0700.

    Raises:
        GatewayError: `key.unreadable`, `key.open_to_others`, `suite.unknown`.
    """
    kind = find_suite(suite)
    created: list[str] = []

    def secret(name: str, make: Callable[[], bytes]) -> bytes:
        path = folder / name
        if not path.exists() and _create(path, make(), random_bytes):
            created.append(name)
        return _read_secret(path)

    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _unreadable(folder, error) from error
    pem = secret(SIGNING_FILE, lambda: kind.generate(random_bytes).private_pem())
    try:
        signer = kind.load(pem)
    except ValueError as error:
        raise _unreadable(folder / SIGNING_FILE, error) from error
    wrapping = _raw_key(folder / WRAPPING_FILE, secret(WRAPPING_FILE, lambda: _armour(random_bytes(KEY_SIZE))))
    pepper = _raw_key(folder / PEPPER_FILE, secret(PEPPER_FILE, lambda: _armour(random_bytes(KEY_SIZE))))
    ring = _remember(folder / RING_FILE, signer)
    return GatewayKeys(signer, ring, Vault(wrapping, BlockRandom(random_bytes)), Pepper(pepper), tuple(created))


def read_ring(path: Path) -> KeyRing:
    """The public keys of a ring file: one `suite key-id base64` a line; raises `GatewayError` `key.unreadable`."""
    verifiers: dict[str, Verifier] = {}
    try:
        for line in path.read_text("utf-8").splitlines():
            suite, name, public = line.split(" ")
            verifier = find_suite(suite).verifier(base64.b64decode(public, validate=True))
            if verifier.key_id != name:
                raise ValueError(f"the key does not have the name {name}")
            verifiers[name] = verifier
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    return KeyRing(verifiers)


def _remember(path: Path, signer: Signer) -> KeyRing:
    """Put the public key in use into the ring file, if it is not there yet."""
    ring = read_ring(path) if path.exists() else KeyRing({})
    if signer.key_id in ring.verifiers:
        return ring
    line = f"{signer.suite} {signer.key_id} {base64.b64encode(signer.public).decode()}\n"
    try:
        # O_APPEND writes a short line as a whole; the same line twice does no harm.
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        with os.fdopen(descriptor, "wb") as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _unreadable(path, error) from error
    return read_ring(path)


def _create(path: Path, content: bytes, random_bytes: RandomBytes) -> bool:
    """Write a new secret file as a whole; False where another process was faster."""
    temporary = path.with_name(f".{path.name}.{random_bytes(8).hex()}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
        finally:
            temporary.unlink()
    except OSError as error:
        raise _unreadable(path, error) from error
    return True


def _read_secret(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode & 0o777
            if mode & 0o077:
                raise GatewayError("key.open_to_others", path=path, mode=f"{mode:04o}")
            return file.read(65_536)
    except OSError as error:
        raise _unreadable(path, error) from error


def _armour(key: bytes) -> bytes:
    return base64.b64encode(key) + b"\n"


def _raw_key(path: Path, content: bytes) -> bytes:
    try:
        key = base64.b64decode(content.strip(), validate=True)
    except ValueError as error:
        raise _unreadable(path, error) from error
    if len(key) != KEY_SIZE:
        raise _unreadable(path, ValueError(f"it should hold {KEY_SIZE} bytes in base64"))
    return key


def _unreadable(path: Path, error: Exception) -> GatewayError:
    return GatewayError("key.unreadable", path=path, reason=error)
