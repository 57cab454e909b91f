"""A copy of the example configuration that a test may change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gateway import yamlsource
from gateway.resources import config_dir


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The example's files in a folder of their own, with a mapping folder for each registry beside it."""
    folder = tmp_path / "config"
    shutil.copytree(config_dir(), folder, ignore=shutil.ignore_patterns("sample"))
    for name, entry in yamlsource.load(folder / "registries.yaml").value["registries"].items():
        place = tmp_path / "mappings" / "registries" / ((entry or {}).get("mapping") or name)
        place.mkdir(parents=True, exist_ok=True)
        (place / "mapping.yaml").write_text("grammar: 1\n")
    return folder
