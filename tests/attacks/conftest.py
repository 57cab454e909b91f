"""What the attacks stand on: the helpers of the faces, and one real gateway on the wire."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "faces"))

from faces_house import Street


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    made = Street(tmp_path_factory.mktemp("attacked"))
    yield made
    made.close()
