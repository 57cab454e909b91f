"""One real gateway on the wire for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from faces_house import Street


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    made = Street(tmp_path_factory.mktemp("street"))
    yield made
    made.close()
