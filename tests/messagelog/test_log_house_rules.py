"""What checks the log must not need what writes it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def modules_behind(name: str) -> set[str]:
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {name}; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("name", ["gateway.messagelog.fsck", "gateway.messagelog.offline"])
def test_checking_imports_neither_writer_nor_storage(name: str) -> None:
    behind = modules_behind(name)
    assert name in behind
    assert not behind & {"gateway.messagelog.log", "gateway.messagelog.preparing", "gateway.storage", "sqlalchemy"}


def test_the_offline_checker_needs_no_store_contract_and_no_keys() -> None:
    assert not modules_behind("gateway.messagelog.offline") & {"gateway.messagelog.contracts", "gateway.crypto.keys"}


def test_the_log_itself_knows_no_storage() -> None:
    assert not modules_behind("gateway.messagelog.log") & {"gateway.storage", "sqlalchemy"}
