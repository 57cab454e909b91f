"""The tables of the example configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.assessment import NameTables


@pytest.fixture(scope="session")
def tables() -> NameTables:
    return NameTables.load(Path(__file__).parents[2] / "config" / "codes")
