"""Callers and their API keys: only hashes are kept, and the comparison takes the same time whatever it finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.config.callers import CallersFile
from gateway.config.secrets import Secrets
from gateway.crypto.digests import api_key_prefix, hash_api_key, same
from gateway.errors import GatewayError
from gateway.model.catalog import Bilingual

_NOBODY = "0" * 64
_MAX_KEY = 512


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that calls the gateway."""

    id: str
    title: Bilingual
    roles: frozenset[str]


class Callers:
    """All callers; built once from the configuration.

    Args:
        file: what `callers.yaml` holds.
        secrets: where keys named by `key_secret` are; a caller whose secret is missing can't call over the network.

    Raises:
        GatewayError: a `secret.*` code where a secret is there but can't be used.
    """

    def __init__(self, file: CallersFile, secrets: Secrets) -> None:
        self._callers: dict[str, Caller] = {}
        hashes: list[tuple[str, str, str]] = []
        for name, entry in file.callers.items():
            title = Bilingual(entry.title.zh, entry.title.en)
            self._callers[name] = Caller(name, title, frozenset(entry.roles))
            for stored in entry.key_sha256:
                prefix, _, digest = stored.partition(":")
                hashes.append((prefix, digest, name))
            if entry.key_secret is not None and secrets.has(entry.key_secret):
                text = secrets.value(entry.key_secret).reveal()
                hashes.append((api_key_prefix(text), hash_api_key(text), name))
        self._hashes = tuple(hashes)

    @property
    def all(self) -> Mapping[str, Caller]:
        """Every caller by its id."""
        return dict(self._callers)

    def named(self, name: str) -> Caller:
        """The caller of the command line, or one that has proved itself elsewhere.

        Raises:
            GatewayError: `access.unknown_caller`.
        """
        found = self._callers.get(name)
        if found is None:
            raise GatewayError("access.unknown_caller")
        return found

    def identify(self, key: str) -> Caller:
        """The caller that has this API key.

        Raises:
            GatewayError: `access.key_missing` for an empty key, `access.unknown_caller` for any other that nobody has.
        """
        if not key:
            raise GatewayError("access.key_missing")
        given = hash_api_key(key) if len(key) <= _MAX_KEY and key.isascii() else _NOBODY
        found = ""
        for _, digest, name in self._hashes:
            if same(given, digest):
                found = name
        if not found or given == _NOBODY:
            raise GatewayError("access.unknown_caller")
        return self._callers[found]


def bearer(header: str) -> str:
    """The key in an `Authorization` header; empty where it holds none."""
    scheme, _, rest = header.strip().partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else ""
