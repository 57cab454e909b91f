"""The suites that this machine serves, by name; an unknown one stops whoever asks, nothing falls back."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from gateway.crypto.ed25519 import Ed25519Suite
from gateway.crypto.suite import Suite, Verifier
from gateway.errors import GatewayError

SUITES: Final[MappingProxyType[str, Suite]] = MappingProxyType({suite.name: suite for suite in (Ed25519Suite(),)})


def find_suite(name: str) -> Suite:
    """The suite of that name; raises `GatewayError` `suite.unknown`."""
    suite = SUITES.get(name)
    if suite is None:
        raise GatewayError("suite.unknown", name=name, known=", ".join(SUITES))
    return suite


def note_verifier(note_type: int, public: bytes) -> Verifier:
    """A verifier for a key of a C2SP signed note.

    Raises:
        GatewayError: `suite.unknown` for a signature type that no suite serves.
        ValueError: the bytes are not a key of that suite.
    """
    for suite in SUITES.values():
        if suite.note_type == note_type:
            return suite.verifier(public)
    raise GatewayError("suite.unknown", name=f"signed note type {note_type:#04x}", known=", ".join(SUITES))
