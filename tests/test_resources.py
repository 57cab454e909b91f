"""Where files are found: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway import resources
from gateway.errors import GatewayError


def test_checkout() -> None:
    root = Path(resources.__file__).parents[1]
    assert resources.schemas_dir() == root / "schemas"
    assert resources.mappings_dir() == root / "mappings"
    assert resources.config_dir() == root / "config"


def test_installed_and_missing(tmp_path: Path) -> None:
    package = tmp_path / "gateway"
    (package / "_data" / "schemas").mkdir(parents=True)
    (tmp_path / "schemas").mkdir()  # a stranger's folder beside the installed package
    assert resources._folder("schemas", package) == package / "_data" / "schemas"
    with pytest.raises(GatewayError, match=r"configuration\.file_missing"):
        resources._folder("config", package)
