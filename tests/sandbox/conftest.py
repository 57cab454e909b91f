"""What the sandbox's tests share: one running sandbox, and a caller in whose world nothing is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sandbox_caller import OPERATIONS, Caller

from gateway.sandbox import start_sandbox


@pytest.fixture(scope="session")
def shared_caller() -> Iterator[Caller]:
    with start_sandbox() as sandbox:
        caller = Caller(sandbox)
        yield caller
        caller.close()


@pytest.fixture
def caller(shared_caller: Caller) -> Iterator[Caller]:
    """A caller of a sandbox in which nothing is switched wrong."""
    yield shared_caller
    for operation in OPERATIONS:
        shared_caller.sandbox.behave(operation)
