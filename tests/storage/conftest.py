"""The log's test house serves the storage tests too."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "messagelog"))

from log_house import House


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    House.close_all()


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)
