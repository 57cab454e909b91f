"""Broken files: each names its findings on top, and gives exactly these, at these places, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway import yamlsource
from gateway.access.grants import check_grants
from gateway.catalog.exchange_rows import CodeTableFile
from gateway.catalog.loading import Names, load_catalog, read_catalog
from gateway.config.loading import FILES
from gateway.config.reading import read
from gateway.errors import Diagnostic, Diagnostics

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.yaml"))
PREDICATES = ("active_state", "at_least", "empty_list", "not_before_today", "presence")
NAMES = Names(
    ("id_number", "name", "birth_date", "death_flag", "sex_code", "position", "province", "owner_name"),
    (*PREDICATES, "citizen_id", "code", "date", "zh_name"), PREDICATES,
)  # fmt: skip
ENVIRONMENT = {"SHUQIAO_PORT_TEXT": "eighty"}


def findings_of(path: Path, kind: str) -> list[Diagnostic]:
    try:
        source = yamlsource.load(path, name=path.name)
    except Diagnostics as error:
        return list(error.findings)
    if kind == "catalog":
        return read_catalog([source], NAMES)[1]
    if kind == "codes":
        return read(source, CodeTableFile)[1]
    if kind == "grants.yaml+catalog":
        grants, _ = read(source, FILES["grants.yaml"], ENVIRONMENT)
        assert grants is not None
        catalog = load_catalog([yamlsource.load(Path(__file__).parent / "small" / "catalog.yaml")], NAMES)
        return check_grants(grants, source, catalog)  # type: ignore[arg-type]
    return read(source, FILES[kind], ENVIRONMENT)[1]


def header(path: Path) -> tuple[str, list[str]]:
    lines = [line[2:] for line in path.read_text("utf-8").splitlines() if line.startswith("# ")]
    kind = next(line.removeprefix("as: ") for line in lines if line.startswith("as: "))
    return kind, [line.removeprefix("expect: ") for line in lines if line.startswith("expect: ")]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_broken_file_gives_exactly_the_findings_that_it_names(path: Path) -> None:
    kind, expected = header(path)
    found = [finding.text("en").removeprefix(f"{path.name}:") for finding in findings_of(path, kind)]
    assert expected
    assert found == expected


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_findings_exist_in_chinese_and_leave_no_value_open(path: Path) -> None:
    for finding in findings_of(path, header(path)[0]):
        chinese = finding.text("zh")
        assert any("一" <= sign <= "鿿" for sign in chinese)
        assert "{" not in chinese.replace("${", "")
        assert "…" not in finding.text("en").replace("9f86d0…", "")
        assert finding.mark.line > 0
        assert finding.mark.column > 0


def test_there_are_enough_of_them() -> None:
    assert len(GOLDEN) >= 15
