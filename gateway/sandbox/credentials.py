"""The sandbox's own credentials: their names, and how they are made."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping

from gateway.errors import GatewayError

CREDENTIAL_NAMES: tuple[str, ...] = (
    "gk.user",
    "gk.password",
    "hub.app_id",
    "hub.app_secret",
    "realty.key",
    "legal.key",
    "credit.key",
    "tianditu.key",
)
"""What the registries of the sandbox ask their callers for, by the names under which a gateway keeps its secrets."""


def make_credentials(random_bytes: Callable[[int], bytes]) -> dict[str, str]:
    """New credentials for one sandbox, as texts of visible ASCII.

    Args:
        random_bytes: gives that many unpredictable bytes.
    """
    return {name: random_bytes(8 if name in ("gk.user", "hub.app_id") else 20).hex() for name in CREDENTIAL_NAMES}


def complete_credentials(given: Mapping[str, str] | None, random_bytes: Callable[[int], bytes]) -> dict[str, str]:
    """The given credentials, or new ones where none are given at all.

    Raises:
        GatewayError: `secret.missing` where some are given and one is not, `configuration.unknown_reference` for a
            name that no registry of the sandbox knows.
    """
    if given is None:
        return make_credentials(random_bytes)
    for name in CREDENTIAL_NAMES:
        if not given.get(name):
            raise GatewayError("secret.missing", name=name, variable="SHUQIAO_SECRET_" + name.upper().replace(".", "_"))
    unknown = sorted(set(given) - set(CREDENTIAL_NAMES))
    if unknown:
        known = ", ".join(CREDENTIAL_NAMES)
        raise GatewayError(
            "configuration.unknown_reference", of="sandbox", kind="secret", name=unknown[0], suggestion="", known=known
        )
    return {name: given[name] for name in CREDENTIAL_NAMES}


def same(presented: str, expected: str) -> bool:
    """Whether a presented credential is the expected one; takes the same time wherever they differ."""
    return hmac.compare_digest(presented.encode(), expected.encode())
