"""A misspelt secret is found before a registry refuses it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import cli

ROOT = Path(__file__).resolve().parents[2]


def _misspelt(folder: Path) -> Path:
    shutil.copytree(ROOT / "config", folder / "config")
    shutil.copytree(ROOT / "mappings", folder / "mappings")
    mapping = folder / "mappings" / "registries" / "realty" / "mapping.yaml"
    mapping.write_text(mapping.read_text("utf-8").replace("$secret.realty.key", "$secret.realty.kye", 1), "utf-8")
    return folder


def test_mappings_check_names_the_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = _misspelt(tmp_path)
    arguments = ["--config", str(folder / "config"), "--home", str(tmp_path / "var"), "--lang", "en"]
    assert cli.main([*arguments, "mappings", "check"]) == 2
    said = capsys.readouterr()
    assert "mapping.unknown_secret" in said.out + said.err
    assert "realty.kye" in said.out + said.err


def test_a_gateway_does_not_start_without_a_secret(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = _misspelt(tmp_path)
    case = folder / "config" / "sample" / "cases" / "01-clean.json"
    arguments = ["--config", str(folder / "config"), "--home", str(tmp_path / "var"), "--lang", "en"]
    assert cli.main([*arguments, "verify", str(case)]) == 2
    assert "secret.missing" in capsys.readouterr().err
