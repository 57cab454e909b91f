"""Broken mapping files: each says in its first lines what must be found in it, where, and nothing else is."""
# ruff: noqa: E501 - a case stands on one line

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from lint_house import OPENERS, around, catalog

from gateway.errors import CODES
from gateway.lint import check_registry

GOLDEN = Path(__file__).parent / "golden"
WSDL = Path(__file__).parent.parent / "adapters" / "wsdl"
EXPECTED = re.compile(r"# expect: (\d+):(\d+) ([a-z_.]+)$")


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.yaml")), ids=lambda path: path.stem)
def test_what_is_wrong_is_found_at_its_place(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(WSDL, folder)
    shutil.copyfile(path, folder / "mapping.yaml")
    lines = path.read_text("utf-8").splitlines()
    expected = [match.groups() for line in lines if (match := EXPECTED.match(line))]
    findings = check_registry(folder, catalog(), around(), OPENERS)
    found = [(str(row.mark.line), str(row.mark.column), row.code) for row in findings]
    assert found == expected, "\n".join(row.text() for row in findings)
    for row in findings:
        english, chinese = row.text("en"), row.text("zh")
        assert english != chinese
        assert re.search(r"[\u4e00-\u9fff]", chinese) or row.code.startswith(("wsdl.", "yaml."))
        assert "…" not in (row.document()["message"]["en"] + row.document()["message"]["zh"])  # type: ignore[index,operator]


def test_the_golden_files_cover_what_a_checker_of_names_must_find() -> None:
    shown = {match[3] for path in GOLDEN.glob("*.yaml") for line in path.read_text("utf-8").splitlines()
             if (match := EXPECTED.match(line))}  # fmt: skip
    later = {"mapping.weak_access", "mapping.test_failed", "mapping.file_outside", "mapping.unknown_evidence", "mapping.source_kinds",
             "mapping.table_name_taken", "mapping.function_parameter", "mapping.condition_empty", "mapping.bad_call", "mapping.bad_value",
             "wsdl.invalid", "wsdl.unknown_port"}  # fmt: skip
    codes = {code for code in CODES if code.startswith(("mapping.", "wsdl."))}
    assert codes - shown - later == set()
    assert len(list(GOLDEN.glob("*.yaml"))) >= 25
