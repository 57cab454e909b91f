"""One state folder in which some sample cases were verified, for all tests that read; a copy for those that write."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from shell import CASES, ROOT, Result, shuqiao


@pytest.fixture(scope="session")
def verified(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A state folder after its first command: three sample cases were verified in it."""
    home = tmp_path_factory.mktemp("home") / "var"
    files = [CASES / name for name in ("01-clean.json", "02-name-variant.xml", "07-forbidden.json")]
    return home, shuqiao("verify", *files, "--json", home=home)


@pytest.fixture(scope="session")
def documents(verified: tuple[Path, Result]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = verified[1].document["verifications"]
    return found


@pytest.fixture
def home(verified: tuple[Path, Result], tmp_path: Path) -> Path:
    """A copy of the state folder that a test may change."""
    copy = tmp_path / "var"
    shutil.copytree(verified[0], copy)
    return copy


@pytest.fixture
def own_config(tmp_path: Path) -> Path:
    """A copy of the example configuration and its mappings that a test may change."""
    for name in ("config", "mappings"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path / "config"


@pytest.fixture
def broken_config(own_config: Path) -> Path:
    """A configuration with one mistake in each of two files."""
    for name, old, new in (("gateway.yaml", "languages: [zh, en]", "langauges: [zh, en]"),
                           ("grants.yaml", "caller: window", "caller: windw")):  # fmt: skip
        text = (own_config / name).read_text("utf-8")
        assert old in text
        (own_config / name).write_text(text.replace(old, new), "utf-8")
    return own_config
