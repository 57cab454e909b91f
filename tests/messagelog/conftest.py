"""A fresh state folder for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from log_house import House


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    House.close_all()


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)
