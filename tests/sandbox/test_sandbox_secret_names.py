"""The gateway makes exactly the secrets that the sandbox asks for, although neither knows the other."""

from __future__ import annotations

from gateway.config.secrets import SANDBOX_SECRETS
from gateway.sandbox import CREDENTIAL_NAMES


def test_both_lists_agree() -> None:
    assert sorted(SANDBOX_SECRETS) == sorted(CREDENTIAL_NAMES)
